namespace nanoFramework.Runtime.Events;

/// <summary>What native code has to say.</summary>
public class BaseEvent
{
    public ushort Source;
    public byte Message;
}
