using System;
using System.Numerics;

namespace LumenLink.Protocol
{
    /// <summary>Something that a report says of an address beside its type and signals.</summary>
    /// <param name="Radio">Radio that heard the address.</param>
    /// <param name="Address">The address or pseudonym.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="Value">The value, in the low bits.</param>
    public readonly record struct AddressExtra(Radio Radio, ulong Address, ReportExtra Kind, ulong Value);

    public sealed partial class ReportReader
    {
        private readonly AddressExtra[] extras = new AddressExtra[2 * WireLimits.MaxExtrasPerBlock];

        /// <summary>Extras of all blocks, of the kinds that this version knows.</summary>
        public ReadOnlySpan<AddressExtra> Extras => extras.AsSpan(0, ExtraCount);

        /// <summary>How many extras there are.</summary>
        public int ExtraCount { get; private set; }

        /// <summary>Columns of extras that this version does not know, and skipped.</summary>
        public int UnknownExtraColumns { get; private set; }

        private WireError ReadExtras(ref BitReader bits, Radio radio, int rows)
        {
            int room = ExtraCount + WireLimits.MaxExtrasPerBlock;
            int last = 0;
            while (!bits.IsPastEnd)
            {
                int id = (int)bits.Take(ReportCoding.ExtraIdBits);
                if (id == 0)
                {
                    return last == 0 ? WireError.ValueInvalid : WireError.None;
                }

                int width = (int)bits.Take(ReportCoding.ExtraWidthBits) + 1;
                bool isKnown = id <= (int)ReportExtra.Fingerprint;
                if (id <= last || (isKnown && width != ReportCoding.ExtraWidth((ReportExtra)id)))
                {
                    return WireError.ValueInvalid;
                }

                last = id;
                ulong has = TakeWide(ref bits, rows);
                if (has == 0)
                {
                    return WireError.ValueInvalid;
                }

                UnknownExtraColumns += isKnown ? 0 : 1;
                if (isKnown && ExtraCount + BitOperations.PopCount(has) > room)
                {
                    return WireError.CountInvalid;
                }

                for (int row = 0; row < rows && !bits.IsPastEnd; row++)
                {
                    if ((has >> row & 1) == 0)
                    {
                        continue;
                    }

                    ulong value = TakeWide(ref bits, width);
                    if (isKnown)
                    {
                        extras[ExtraCount] = new AddressExtra(radio, rowAddress[row], (ReportExtra)id, value);
                        ExtraCount++;
                    }
                }
            }

            return WireError.TooShort;
        }

        /// <summary>Takes 1 to 64 bits.</summary>
        private static ulong TakeWide(ref BitReader bits, int count)
        {
            ulong low = bits.Take(Math.Min(count, 32));
            return low | (bits.Take(Math.Max(count - 32, 0)) << 32);
        }
    }
}
