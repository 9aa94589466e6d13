namespace LumenLink.Beacon.Radio
{
    /// <summary>Hears from the scheduler when a scan window opens and closes. Windows never overlap.</summary>
    public interface IScanWindows
    {
        /// <summary>A window opened.</summary>
        /// <param name="radio">`LumenLink.Protocol.Radio`.</param>
        /// <param name="nowMs">Board time.</param>
        void Open(byte radio, long nowMs);

        /// <summary>The open window closed; what it heard is in the ring.</summary>
        /// <param name="nowMs">Board time.</param>
        void Close(long nowMs);
    }
}
