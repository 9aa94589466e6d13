namespace LumenLink.Protocol
{
    /// <summary>Extensions of a Receipt (README section 5); unknown ones are skipped.</summary>
    public enum ReceiptExtension : byte
    {
        /// <summary>No data. See <see cref="ReceiptFrame.GrantsShortTopic"/>.</summary>
        ShortTopic = 1,
    }
}
