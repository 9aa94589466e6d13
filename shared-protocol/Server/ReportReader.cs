using System;

namespace LumenLink.Protocol
{
    // Grammar (README section 4), the mirror of ReportWriter:
    //   report   = addressing key_day window_count window{0,32}
    //   window   = radio open_ticks duration_ms sighting_count sighting{0,186}
    //   sighting = address address_type rssi_dbm

    /// <summary>Reads a report body: checks all of it first, then enumerates windows and sightings in place.</summary>
    public readonly ref struct ReportReader
    {
        private readonly ReadOnlySpan<byte> body;

        private ReportReader(ReadOnlySpan<byte> body, int sightingCount)
        {
            this.body = body;
            SightingCount = sightingCount;
        }

        /// <summary>What the addresses are.</summary>
        public ReportAddressing Addressing => (ReportAddressing)body[ReportLayout.AddressingOffset];

        /// <summary>Day of the pseudonym key, days since 1970-01-01; 0 if raw.</summary>
        public ushort KeyDay => body.U16(ReportLayout.KeyDayOffset);

        /// <summary>Windows of the report, 0 to 32.</summary>
        public int WindowCount => body[ReportLayout.WindowCountOffset];

        /// <summary>Sightings of all windows together.</summary>
        public int SightingCount { get; }

        /// <summary>Checks a whole body.</summary>
        /// <param name="body">The body of a record of kind <see cref="RecordKind.Report"/>.</param>
        /// <param name="report">Usable only if the result is <see cref="WireError.None"/>.</param>
        public static WireError Read(ReadOnlySpan<byte> body, out ReportReader report)
        {
            report = default;
            if (body.Length < ReportLayout.FixedSize)
            {
                return WireError.TooShort;
            }

            byte addressing = body[ReportLayout.AddressingOffset];
            if (addressing > (byte)ReportAddressing.Raw)
            {
                return WireError.ValueInvalid;
            }

            if (addressing == (byte)ReportAddressing.Raw && body.U16(ReportLayout.KeyDayOffset) != 0)
            {
                return WireError.ReservedNotZero;
            }

            int windowCount = body[ReportLayout.WindowCountOffset];
            if (windowCount > WireLimits.MaxWindowsPerReport)
            {
                return WireError.CountInvalid;
            }

            ReadOnlySpan<byte> rest = body[ReportLayout.WindowsOffset..];
            int sightingCount = 0;
            for (int i = 0; i < windowCount; i++)
            {
                WireError error = ReportWindow.Take(ref rest, out ReportWindow window);
                if (error == WireError.None)
                {
                    error = window.CheckSightings();
                }

                if (error != WireError.None)
                {
                    return error;
                }

                sightingCount += window.SightingCount;
            }

            if (!rest.IsEmpty)
            {
                return WireError.TooLong;
            }

            report = new ReportReader(body, sightingCount);
            return WireError.None;
        }

        /// <summary>Enumerates the windows in wire order.</summary>
        public Enumerator GetEnumerator() => new(body[ReportLayout.WindowsOffset..], WindowCount);

        /// <summary>Goes from window to window of a checked report.</summary>
        public ref struct Enumerator
        {
            private ReadOnlySpan<byte> rest;
            private int left;
            private ReportWindow current;

            internal Enumerator(ReadOnlySpan<byte> rest, int count)
            {
                this.rest = rest;
                left = count;
                current = default;
            }

            /// <summary>The window at hand.</summary>
            public readonly ReportWindow Current => current;

            /// <summary>Goes on; false behind the last window.</summary>
            public bool MoveNext()
            {
                if (left == 0)
                {
                    return false;
                }

                left--;
                return ReportWindow.Take(ref rest, out current) == WireError.None;
            }
        }
    }

    /// <summary>One scan window, or a part of one, in place.</summary>
    public readonly ref struct ReportWindow
    {
        private readonly ReadOnlySpan<byte> bytes;

        private ReportWindow(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

        /// <summary>Radio that listened.</summary>
        public Radio Radio => (Radio)bytes[WindowLayout.RadioOffset];

        /// <summary>When it began, milliseconds since the beacon's boot.</summary>
        public ulong OpenTicks => bytes.U64(WindowLayout.OpenTicksOffset);

        /// <summary>How long it lasted.</summary>
        public uint DurationMs => bytes.U32(WindowLayout.DurationMsOffset);

        /// <summary>Sightings in this record, 0 to 186.</summary>
        public int SightingCount => bytes.U16(WindowLayout.SightingCountOffset);

        /// <summary>The sightings as bytes, 8 each.</summary>
        public ReadOnlySpan<byte> SightingBytes => bytes[WindowLayout.FixedSize..];

        /// <summary>The sighting at <paramref name="index"/>, below <see cref="SightingCount"/>.</summary>
        public Sighting this[int index] => Sighting.Of(SightingBytes.Slice(index * SightingLayout.FixedSize));

        /// <summary>Enumerates the sightings in wire order.</summary>
        public Enumerator GetEnumerator() => new(SightingBytes);

        /// <summary>Checks and takes one window from the front of <paramref name="rest"/>; sightings are not looked at.</summary>
        internal static WireError Take(scoped ref ReadOnlySpan<byte> rest, out ReportWindow window)
        {
            window = default;
            if (rest.Length < WindowLayout.FixedSize)
            {
                return WireError.TooShort;
            }

            if (rest[WindowLayout.RadioOffset] is not ((byte)Radio.Ble or (byte)Radio.WiFi))
            {
                return WireError.ValueInvalid;
            }

            int sightingCount = rest.U16(WindowLayout.SightingCountOffset);
            if (sightingCount > WireLimits.MaxSightingsPerWindow)
            {
                return WireError.CountInvalid;
            }

            int size = WindowLayout.FixedSize + (sightingCount * SightingLayout.FixedSize);
            if (rest.Length < size)
            {
                return WireError.TooShort;
            }

            window = new ReportWindow(rest[..size]);
            rest = rest[size..];
            return WireError.None;
        }

        internal WireError CheckSightings()
        {
            ReadOnlySpan<byte> sightings = SightingBytes;
            for (int at = SightingLayout.AddressTypeOffset; at < sightings.Length; at += SightingLayout.FixedSize)
            {
                if (sightings[at] > (byte)AddressType.NotKnown)
                {
                    return WireError.ValueInvalid;
                }
            }

            return WireError.None;
        }

        /// <summary>Goes from sighting to sighting of a checked window.</summary>
        public ref struct Enumerator
        {
            private ReadOnlySpan<byte> rest;
            private Sighting current;

            internal Enumerator(ReadOnlySpan<byte> rest)
            {
                this.rest = rest;
                current = default;
            }

            /// <summary>The sighting at hand.</summary>
            public readonly Sighting Current => current;

            /// <summary>Goes on; false behind the last sighting.</summary>
            public bool MoveNext()
            {
                if (rest.IsEmpty)
                {
                    return false;
                }

                current = Sighting.Of(rest);
                rest = rest[SightingLayout.FixedSize..];
                return true;
            }
        }
    }

    /// <summary>One address heard in a window.</summary>
    /// <param name="Address">Address or pseudonym as a 48-bit number.</param>
    /// <param name="AddressType">Kind of the address.</param>
    /// <param name="RssiDbm">Signal strength in dBm.</param>
    public readonly record struct Sighting(ulong Address, AddressType AddressType, sbyte RssiDbm)
    {
        internal static Sighting Of(ReadOnlySpan<byte> bytes) => new(
            bytes.U32(SightingLayout.AddressOffset) | ((ulong)bytes.U16(SightingLayout.AddressOffset + 4) << 32),
            (AddressType)bytes[SightingLayout.AddressTypeOffset],
            (sbyte)bytes[SightingLayout.RssiDbmOffset]);
    }
}
