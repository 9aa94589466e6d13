namespace LumenLink.Protocol
{
    /// <summary>The major version of the protocol that this code speaks (README, sections 2 and 8).</summary>
    public static class WireVersion
    {
        /// <summary>First byte of every frame and of a connection token.</summary>
        public const byte Current = 1;
    }
}
