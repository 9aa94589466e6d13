using System;

namespace LumenLink.Protocol
{
    // Grammar (README section 4), the mirror of RecordsFrameWriter:
    //   frame  = header group_count group{1,8} extension* tag
    //   group  = boot floor record_count record{1,32}
    // Read checks all of it. After that, every offset taken from the frame lies inside it.

    /// <summary>
    /// Reads a Records frame (0x03): checks the structure of the whole frame first, with work bounded by its length, then
    /// enumerates groups and records in place. Allocates nothing. Bodies are checked record by record
    /// (<see cref="RecordView.Check"/>), because a bad body is refused by receipt, alone.
    /// </summary>
    public readonly ref struct RecordsFrameReader
    {
        private readonly ReadOnlySpan<byte> frame;

        private RecordsFrameReader(ReadOnlySpan<byte> frame, int recordCount)
        {
            this.frame = frame;
            RecordCount = recordCount;
        }

        /// <summary>Session whose up key seals the frame.</summary>
        public uint SessionId => FrameHeader.SessionIdOf(frame);

        /// <summary>Groups of the frame, 1 to 8.</summary>
        public int GroupCount => frame[RecordsFrameWriter.GroupCountOffset];

        /// <summary>Records of all groups together.</summary>
        public int RecordCount { get; }

        /// <summary>Checks the structure of a frame; the tag is not checked here (<see cref="FrameSeal.Verify"/>).</summary>
        /// <param name="frame">A whole frame.</param>
        /// <param name="reader">Usable only if the result is <see cref="WireError.None"/>.</param>
        public static WireError Read(ReadOnlySpan<byte> frame, out RecordsFrameReader reader)
        {
            reader = default;
            WireError error = FrameHeader.Expect(FrameType.Records, frame);
            if (error != WireError.None)
            {
                return error;
            }

            if (frame.Length < RecordsFrameWriter.FixedSize + FrameTag.Size)
            {
                return WireError.TooShort;
            }

            int groupCount = frame[RecordsFrameWriter.GroupCountOffset];
            if (groupCount is < 1 or > WireLimits.MaxGroups)
            {
                return WireError.CountInvalid;
            }

            ReadOnlySpan<byte> rest = frame[RecordsFrameWriter.GroupsOffset..FrameTag.Offset(frame.Length)];
            error = CheckGroups(groupCount, ref rest, out int recordCount);
            if (error == WireError.None)
            {
                error = Extensions.Check(rest);
            }

            if (error == WireError.None)
            {
                reader = new RecordsFrameReader(frame, recordCount);
            }

            return error;
        }

        /// <summary>Enumerates the groups in wire order.</summary>
        public Enumerator GetEnumerator() =>
            new(frame[RecordsFrameWriter.GroupsOffset..FrameTag.Offset(frame.Length)], GroupCount);

        private static WireError CheckGroups(int groupCount, scoped ref ReadOnlySpan<byte> rest, out int recordCount)
        {
            Span<uint> boots = stackalloc uint[WireLimits.MaxGroups];
            recordCount = 0;
            for (int i = 0; i < groupCount; i++)
            {
                WireError error = RecordGroup.Take(ref rest, out RecordGroup group);
                if (error != WireError.None)
                {
                    return error;
                }

                if (boots[..i].Contains(group.Boot))
                {
                    return WireError.Repeated;
                }

                boots[i] = group.Boot;
                recordCount += group.RecordCount;
            }

            return WireError.None;
        }

        /// <summary>Goes from group to group of a checked frame.</summary>
        public ref struct Enumerator
        {
            private ReadOnlySpan<byte> rest;
            private int left;
            private RecordGroup current;

            internal Enumerator(ReadOnlySpan<byte> rest, int count)
            {
                this.rest = rest;
                left = count;
                current = default;
            }

            /// <summary>The group at hand.</summary>
            public readonly RecordGroup Current => current;

            /// <summary>Goes on; false behind the last group.</summary>
            public bool MoveNext()
            {
                if (left == 0)
                {
                    return false;
                }

                left--;
                return RecordGroup.Take(ref rest, out current) == WireError.None;
            }
        }
    }

    /// <summary>The records of one boot in a Records frame.</summary>
    public readonly ref struct RecordGroup
    {
        private readonly ReadOnlySpan<byte> records;

        private RecordGroup(uint boot, uint floor, int recordCount, ReadOnlySpan<byte> records)
        {
            Boot = boot;
            Floor = floor;
            RecordCount = recordCount;
            this.records = records;
        }

        /// <summary>Boot that made the records, 1 to 2,097,151; the caller compares it with the session's own.</summary>
        public uint Boot { get; }

        /// <summary>The beacon holds no record of this boot below this sequence.</summary>
        public uint Floor { get; }

        /// <summary>Records of the group, 1 to 32.</summary>
        public int RecordCount { get; }

        /// <summary>Enumerates the records in wire order.</summary>
        public Enumerator GetEnumerator() => new(records, RecordCount);

        /// <summary>Checks and takes one group from the front of <paramref name="rest"/>.</summary>
        internal static WireError Take(scoped ref ReadOnlySpan<byte> rest, out RecordGroup group)
        {
            group = default;
            if (rest.Length < RecordsFrameWriter.GroupHeaderSize)
            {
                return WireError.TooShort;
            }

            uint boot = rest.U32(RecordsFrameWriter.BootOffset);
            uint floor = rest.U32(RecordsFrameWriter.FloorOffset);
            int recordCount = rest[RecordsFrameWriter.RecordCountOffset];
            if (!WireLimits.IsBoot(boot) || floor == 0)
            {
                return WireError.ValueInvalid;
            }

            if (recordCount is < 1 or > WireLimits.MaxRecordsPerGroup)
            {
                return WireError.CountInvalid;
            }

            ReadOnlySpan<byte> records = rest[RecordsFrameWriter.RecordsOffset..];
            ReadOnlySpan<byte> behind = records;
            for (int i = 0; i < recordCount; i++)
            {
                WireError error = RecordView.Take(ref behind, floor, out _);
                if (error != WireError.None)
                {
                    return error;
                }
            }

            group = new RecordGroup(boot, floor, recordCount, records[..^behind.Length]);
            rest = behind;
            return WireError.None;
        }

        /// <summary>Goes from record to record of a checked group.</summary>
        public ref struct Enumerator
        {
            private ReadOnlySpan<byte> rest;
            private int left;
            private RecordView current;

            internal Enumerator(ReadOnlySpan<byte> rest, int count)
            {
                this.rest = rest;
                left = count;
                current = default;
            }

            /// <summary>The record at hand.</summary>
            public readonly RecordView Current => current;

            /// <summary>Goes on; false behind the last record.</summary>
            public bool MoveNext()
            {
                if (left == 0)
                {
                    return false;
                }

                left--;
                return RecordView.Take(ref rest, 1, out current) == WireError.None;
            }
        }
    }
}
