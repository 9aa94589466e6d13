namespace LumenLink.Beacon.Security
{
    /// <summary>Small values that outlive a reboot.</summary>
    public interface IKeyValueStore
    {
        /// <summary>The value of a name; null when there is none.</summary>
        byte[]? Read(string name);

        /// <summary>Replaces the value of a name: the old or the new one is there, whenever power fails.</summary>
        /// <returns>True when the new one is durable; a failure has been counted.</returns>
        bool Write(string name, byte[] value);
    }
}
