namespace LumenLink.Beacon.Uplink
{
    /// <summary>Where frames go up, whatever carries them.</summary>
    public interface IFrameWay
    {
        /// <summary>
        /// Hands a frame over for sending. True says only that it was queued: it may never arrive.
        /// </summary>
        /// <param name="topic">Topic, for transports that have one.</param>
        /// <param name="payload">Holds the frame from its start; free again on return.</param>
        /// <param name="count">Bytes of the frame.</param>
        bool Publish(string topic, byte[] payload, int count);
    }
}
