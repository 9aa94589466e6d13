using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// One way to the service: a broker, or posts over HTTP. <see cref="Connect"/>, <see cref="Disconnect"/> and
    /// <see cref="Work"/> block and run in the link job alone; the rest returns at once. Frames from the service go
    /// into the <see cref="FrameInbox"/>. Nothing throws.
    /// </summary>
    public interface ILink : IFrameWay
    {
        /// <summary>What it speaks.</summary>
        TransportKind Kind { get; }

        /// <summary>
        /// Joins the network if needed and connects, so that answers can come before anything else goes out. A
        /// connection that stood before is closed first.
        /// </summary>
        /// <param name="clientId">Text form of the beacon id.</param>
        /// <param name="user">The same.</param>
        /// <param name="password">Connection token.</param>
        LinkOutcome Connect(string clientId, string user, string password);

        /// <summary>Closes the connection and frees what it held.</summary>
        void Disconnect();

        /// <summary>False once the connection is known to be gone.</summary>
        bool IsConnected { get; }

        /// <summary>True while something waits that only <see cref="Work"/> sends.</summary>
        bool HasWork { get; }

        /// <summary>Sends what waits, and takes the answers.</summary>
        void Work();

        /// <summary>Seconds that the service asked to wait before the next attempt; 0 if it did not.</summary>
        int RetryAfterS { get; }
    }
}
