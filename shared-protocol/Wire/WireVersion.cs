namespace LumenLink.Protocol.Wire
{
    /// <summary>Version of the wire that this code speaks.</summary>
    public static class WireVersion
    {
        /// <summary>Major version: the first byte of every frame.</summary>
        public const byte Major = 1;
    }
}
