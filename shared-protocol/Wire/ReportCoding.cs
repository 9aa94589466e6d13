namespace LumenLink.Protocol
{
    /// <summary>The constants of the report coding (README section 4).</summary>
    internal static class ReportCoding
    {
        internal const int WindowCountBits = 4;
        internal const int JitterBits = 3;

        /// <summary>Value of the jitter field when no step follows: all of them are 0.</summary>
        internal const int JitterNone = 7;

        internal const int EndGapOrder = 0;
        internal const int GapOrder = 6;
        internal const int DurationOrder = 2;

        /// <summary>Gap and duration of a scan window are expected to make this many milliseconds together.</summary>
        internal const int CycleMs = 10000;

        /// <summary>Time between two windows of a radio, or between the last and the record, at most.</summary>
        internal const int MaxGapMs = 1 << 30;

        internal const int AddressCountOrder = 3;
        internal const int AddressBits = 48;
        internal const int TypesBits = 2;

        /// <summary>Value of the types field when each address says its own.</summary>
        internal const int TypesMixed = 3;

        internal const int BaseBits = 5;
        internal const int BaseStepDb = 4;
        internal const int RiceBits = 3;

        /// <summary>Quotient of a signal that says that its own quotient stands behind all others.</summary>
        internal const int Escape = 7;

        /// <summary>Bits of a signal's zigzag at most.</summary>
        internal const int SignalBits = 9;

        internal const int RssiOffset = 128;
        internal const int ExtraIdBits = 4;
        internal const int ExtraWidthBits = 6;
        internal const int DayMs = 86400000;

        /// <summary>Rice order of sorted addresses: uniform ones lie 2^48/n apart.</summary>
        internal static int AddressOrder(int count)
        {
            return AddressBits - 1 - BitWriter.Log2((ulong)count);
        }

        /// <summary>Bits of an extra's value.</summary>
        internal static int ExtraWidth(ReportExtra kind)
        {
            switch (kind)
            {
                case ReportExtra.AdvertisementType:
                case ReportExtra.Recognised:
                    return 3;
                case ReportExtra.TxPower:
                    return 8;
                case ReportExtra.Eid:
                    return 64;
                default:
                    return 32;
            }
        }
    }
}
