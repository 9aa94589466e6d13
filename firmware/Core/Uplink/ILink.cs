namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// The way to the broker. <see cref="Connect"/> and <see cref="Disconnect"/> block and run in the link job alone;
    /// the rest returns at once. Frames from the service go into the <see cref="FrameInbox"/>. Nothing throws.
    /// </summary>
    public interface ILink
    {
        /// <summary>
        /// Joins the network if needed, connects, says online and subscribes to the beacon's
        /// topic before anything else goes out. A connection that stood before is closed first.
        /// </summary>
        /// <param name="clientId">Text form of the beacon id.</param>
        /// <param name="user">The same.</param>
        /// <param name="password">Connection token.</param>
        LinkOutcome Connect(string clientId, string user, string password);

        /// <summary>Closes the connection and frees what it held.</summary>
        void Disconnect();

        /// <summary>
        /// Hands a frame over for sending, QoS 1. True says only that it was queued: it may never arrive.
        /// </summary>
        /// <param name="topic">Topic.</param>
        /// <param name="payload">Holds the frame from its start; free again on return.</param>
        /// <param name="count">Bytes of the frame.</param>
        bool Publish(string topic, byte[] payload, int count);

        /// <summary>False once the connection is known to be gone.</summary>
        bool IsConnected { get; }
    }
}
