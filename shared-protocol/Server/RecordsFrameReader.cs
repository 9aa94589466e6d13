using System;

namespace LumenLink.Protocol
{
    // Grammar (README section 4), the mirror of RecordsFrameWriter:
    //   frame  = header group{1,8} extension* tag
    //   group  = form [boot] [floor] record{1,32}
    // Read checks all of it. After that, every offset taken from the frame lies inside it.

    /// <summary>
    /// Reads a Records frame (0x03): checks the structure of the whole frame first, with work bounded by its length,
    /// then enumerates groups and records in place. Allocates nothing. Bodies are checked record by record
    /// (<see cref="RecordView.Check"/>), because a bad body is refused by receipt, alone.
    /// </summary>
    public readonly ref struct RecordsFrameReader
    {
        private readonly ReadOnlySpan<byte> frame;
        private readonly uint sessionBoot;

        private RecordsFrameReader(ReadOnlySpan<byte> frame, uint sessionBoot, int groupCount, int recordCount)
        {
            this.frame = frame;
            this.sessionBoot = sessionBoot;
            GroupCount = groupCount;
            RecordCount = recordCount;
        }

        /// <summary>Session whose up key seals the frame.</summary>
        public uint SessionId => FrameHeader.SessionIdOf(frame);

        /// <summary>Groups of the frame, 1 to 8.</summary>
        public int GroupCount { get; }

        /// <summary>Records of all groups together.</summary>
        public int RecordCount { get; }

        /// <summary>
        /// Checks the structure of a frame; the tag is not checked here (<see cref="FrameSeal.Verify"/>).
        /// </summary>
        /// <param name="frame">A whole frame.</param>
        /// <param name="reader">Usable only if the result is <see cref="WireError.None"/>.</param>
        /// <param name="sessionBoot">
        /// Boot that attested for the session, which a group of that boot does not repeat; 0 if it is not known: such a
        /// group then has boot 0.
        /// </param>
        public static WireError Read(ReadOnlySpan<byte> frame, out RecordsFrameReader reader, uint sessionBoot = 0)
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

            ReadOnlySpan<byte> rest = frame[RecordsFrameWriter.GroupsOffset..FrameTag.Offset(frame.Length)];
            error = CheckGroups(sessionBoot, ref rest, out int groupCount, out int recordCount);
            if (error == WireError.None)
            {
                error = Extensions.Check(rest);
            }

            if (error == WireError.None)
            {
                reader = new RecordsFrameReader(frame, sessionBoot, groupCount, recordCount);
            }

            return error;
        }

        /// <summary>Enumerates the groups in wire order.</summary>
        public Enumerator GetEnumerator() =>
            new(frame[RecordsFrameWriter.GroupsOffset..FrameTag.Offset(frame.Length)], GroupCount, sessionBoot);

        private static WireError CheckGroups(
            uint sessionBoot, scoped ref ReadOnlySpan<byte> rest, out int groupCount, out int recordCount)
        {
            Span<uint> boots = stackalloc uint[WireLimits.MaxGroups];
            groupCount = 0;
            recordCount = 0;
            bool more = true;
            while (more)
            {
                if (groupCount == WireLimits.MaxGroups)
                {
                    return WireError.CountInvalid;
                }

                WireError error = RecordGroup.Take(ref rest, sessionBoot, out RecordGroup group);
                if (error != WireError.None)
                {
                    return error;
                }

                if (boots[..groupCount].Contains(group.Boot))
                {
                    return WireError.Repeated;
                }

                boots[groupCount] = group.Boot;
                groupCount++;
                recordCount += group.RecordCount;
                more = group.MoreFollow;
            }

            return WireError.None;
        }

        /// <summary>Goes from group to group of a checked frame.</summary>
        public ref struct Enumerator
        {
            private readonly uint sessionBoot;
            private ReadOnlySpan<byte> rest;
            private int left;
            private RecordGroup current;

            internal Enumerator(ReadOnlySpan<byte> rest, int count, uint sessionBoot)
            {
                this.rest = rest;
                this.sessionBoot = sessionBoot;
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
                return RecordGroup.Take(ref rest, sessionBoot, out current) == WireError.None;
            }
        }
    }

    /// <summary>The records of one boot in a Records frame.</summary>
    public readonly ref struct RecordGroup
    {
        private readonly ReadOnlySpan<byte> records;

        private RecordGroup(uint boot, uint floor, int recordCount, bool moreFollow, ReadOnlySpan<byte> records)
        {
            Boot = boot;
            Floor = floor;
            RecordCount = recordCount;
            MoreFollow = moreFollow;
            this.records = records;
        }

        /// <summary>
        /// Boot that made the records, 1 to 2,097,151; the caller compares it with the session's own. 0 if it is the
        /// session's own and that was not told.
        /// </summary>
        public uint Boot { get; }

        /// <summary>The beacon holds no record of this boot below this sequence.</summary>
        public uint Floor { get; }

        /// <summary>Records of the group, 1 to 32.</summary>
        public int RecordCount { get; }

        internal bool MoreFollow { get; }

        /// <summary>Enumerates the records in wire order.</summary>
        public Enumerator GetEnumerator() => new(records, RecordCount);

        /// <summary>Checks and takes one group from the front of <paramref name="rest"/>.</summary>
        internal static WireError Take(
            scoped ref ReadOnlySpan<byte> rest, uint sessionBoot, out RecordGroup group)
        {
            group = default;
            if (rest.IsEmpty)
            {
                return WireError.TooShort;
            }

            int form = rest[GroupLayout.FormOffset];
            bool givesBoot = (form & GroupLayout.GivesBoot) != 0;
            bool givesFloor = (form & GroupLayout.GivesFloor) != 0;
            int size = GroupLayout.FixedSize + (givesBoot ? GroupLayout.FieldSize : 0)
                + (givesFloor ? GroupLayout.FieldSize : 0);
            if (rest.Length < size + RecordHeader.Size)
            {
                return WireError.TooShort;
            }

            uint boot = givesBoot ? rest.U24(GroupLayout.FixedSize) : sessionBoot;
            uint first = rest.U24(size + RecordHeader.SequenceOffset);
            uint floor = givesFloor ? rest.U24(size - GroupLayout.FieldSize) : first;

            // What can be left out has to be: one text, one meaning.
            bool isLonger = (givesBoot && boot == sessionBoot) || (givesFloor && floor == first);
            if ((givesBoot && !WireLimits.IsBoot(boot)) || floor == 0 || isLonger)
            {
                return WireError.ValueInvalid;
            }

            int recordCount = (form & GroupLayout.CountMask) + 1;
            ReadOnlySpan<byte> records = rest[size..];
            ReadOnlySpan<byte> behind = records;
            for (int i = 0; i < recordCount; i++)
            {
                WireError error = RecordView.Take(ref behind, floor, out _);
                if (error != WireError.None)
                {
                    return error;
                }
            }

            bool moreFollow = (form & GroupLayout.MoreFollow) != 0;
            group = new RecordGroup(boot, floor, recordCount, moreFollow, records[..^behind.Length]);
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
