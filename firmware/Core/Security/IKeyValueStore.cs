namespace LumenLink.Beacon.Security
{
    /// <summary>Small values that outlive a reboot.</summary>
    public interface IKeyValueStore
    {
        /// <summary>The value of a name; null when there is none.</summary>
        byte[]? Read(string name);

        /// <summary>Replaces the value of a name: the old or the new one is there, whenever power fails.</summary>
        void Write(string name, byte[] value);
    }
}
