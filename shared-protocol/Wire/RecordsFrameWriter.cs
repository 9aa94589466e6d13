namespace LumenLink.Protocol
{
    // Layout (README section 4): header 6, groups (GroupLayout), extensions, tag 8.

    /// <summary>Layout of a group: form u8, boot u24 and floor u24 if the form says so, records.</summary>
    internal static class GroupLayout
    {
        internal const int FormOffset = 0;
        internal const int FixedSize = FormOffset + 1;

        internal const int CountMask = 0x1F;
        internal const int GivesBoot = 0x20;
        internal const int GivesFloor = 0x40;
        internal const int MoreFollow = 0x80;

        /// <summary>Bytes of a boot or a floor.</summary>
        internal const int FieldSize = 3;

        /// <summary>Bytes of the longest form.</summary>
        internal const int MaxSize = FixedSize + FieldSize + FieldSize;
    }

    /// <summary>
    /// Writes a Records frame (0x03), up, from records that are encoded already. Reused; allocates nothing. Read on
    /// the service's side by <c>RecordsFrameReader</c>.
    /// </summary>
    public sealed class RecordsFrameWriter
    {
        internal const int GroupsOffset = FrameHeader.Size;
        internal const int FixedSize = GroupsOffset;

        /// <summary>Bytes that a frame needs at most beside the records of its first group.</summary>
        public const int Overhead = FixedSize + GroupLayout.MaxSize + FrameTag.Size;

        private readonly uint[] boots = new uint[WireLimits.MaxGroups];
        private byte[] buffer = new byte[0];
        private uint ownBoot;
        private int start;
        private int end;
        private int at;
        private int formAt;
        private bool isOpen;
        private int groupCount;
        private int recordCount;
        private uint boot;
        private uint floor;

        /// <summary>Why the last call returned false or 0.</summary>
        public WireError LastError { get; private set; }

        /// <summary>Starts a frame.</summary>
        /// <param name="target">Buffer for the frame.</param>
        /// <param name="offset">Where the frame starts.</param>
        /// <param name="limit">Bytes that the frame may have, tag included; bounded by the buffer and by the wire's
        /// limit.</param>
        /// <param name="sessionId">Session whose up key will seal the frame, not 0.</param>
        /// <param name="sessionBoot">Boot that attested for the session; its group goes without saying.</param>
        /// <returns>False, with <see cref="LastError"/>, if no record could ever fit or the session id is 0.</returns>
        public bool Begin(byte[] target, int offset, int limit, uint sessionId, uint sessionBoot)
        {
            buffer = target;
            ownBoot = sessionBoot;
            groupCount = 0;
            recordCount = 0;
            isOpen = false;
            start = offset;
            at = offset;
            end = offset;
            int room = target.Length - offset;
            room = limit < room ? limit : room;
            room = room < WireLimits.MaxFrameBytes ? room : WireLimits.MaxFrameBytes;
            if (sessionId == 0)
            {
                return Fail(WireError.SessionMissing);
            }

            if (room < Overhead + RecordHeader.Size)
            {
                return Fail(WireError.NoRoom);
            }

            FrameHeader.Write(target, offset, FrameType.Records, sessionId);
            at = offset + GroupsOffset;
            end = offset + FrameTag.Offset(room);
            return Done();
        }

        /// <summary>
        /// Opens the group of a boot; records go into it until the next call. An empty group leaves nothing behind.
        /// </summary>
        /// <param name="groupBoot">Boot that made the records; each boot once per frame.</param>
        /// <param name="lowestHeld">The beacon holds no record of this boot below this sequence; at least 1.</param>
        public bool BeginGroup(uint groupBoot, uint lowestHeld)
        {
            isOpen = false;
            if (!WireLimits.IsBoot(groupBoot) || lowestHeld == 0 || lowestHeld > WireLimits.MaxSequence)
            {
                return Fail(WireError.ValueInvalid);
            }

            for (int i = 0; i < groupCount; i++)
            {
                if (boots[i] == groupBoot)
                {
                    return Fail(WireError.Repeated);
                }
            }

            if (groupCount == WireLimits.MaxGroups)
            {
                return Fail(WireError.CountInvalid);
            }

            if (end - at < GroupLayout.MaxSize + RecordHeader.Size)
            {
                return Fail(WireError.NoRoom);
            }

            isOpen = true;
            recordCount = 0;
            boot = groupBoot;
            floor = lowestHeld;
            return Done();
        }

        /// <summary>Adds one encoded record, header included, to the open group.</summary>
        /// <returns>
        /// False, with <see cref="LastError"/>, and nothing written: <see cref="WireError.NoRoom"/> and
        /// <see cref="WireError.CountInvalid"/> mean that it belongs into the next frame, anything else that it is
        /// no record.
        /// </returns>
        public bool TryAddRecord(byte[] record, int offset, int count)
        {
            WireError error = RecordHeader.Check(record, offset, count);
            if (error != WireError.None)
            {
                return Fail(error);
            }

            uint sequence = RecordHeader.SequenceOf(record, offset);
            if (!isOpen || sequence < floor)
            {
                return Fail(WireError.ValueInvalid);
            }

            if (recordCount == WireLimits.MaxRecordsPerGroup)
            {
                return Fail(WireError.CountInvalid);
            }

            if (count > end - at - (recordCount == 0 ? FormSize(sequence) : 0))
            {
                return Fail(WireError.NoRoom);
            }

            if (recordCount == 0)
            {
                WriteForm(sequence);
            }
            else
            {
                buffer[formAt]++;
            }

            at = ByteWriter.Bytes(buffer, at, record, offset, count);
            recordCount++;
            return Done();
        }

        /// <summary>
        /// Ends the frame. Returns its sealed length, room for the tag included (<see cref="FrameTag"/>), or 0 if it
        /// holds no record and must not be sent.
        /// </summary>
        public int Finish()
        {
            isOpen = false;
            if (groupCount == 0)
            {
                LastError = WireError.CountInvalid;
                return 0;
            }

            FrameTag.Clear(buffer, at);
            int length = at + FrameTag.Size - start;
            end = at;
            Done();
            return length;
        }

        private int FormSize(uint sequence)
        {
            return GroupLayout.FixedSize + (boot == ownBoot ? 0 : GroupLayout.FieldSize)
                + (sequence == floor ? 0 : GroupLayout.FieldSize);
        }

        /// <summary>Begins the group with its first record: an empty group leaves nothing behind.</summary>
        private void WriteForm(uint sequence)
        {
            if (groupCount > 0)
            {
                buffer[formAt] = (byte)(buffer[formAt] | GroupLayout.MoreFollow);
            }

            int form = (boot == ownBoot ? 0 : GroupLayout.GivesBoot) | (sequence == floor ? 0 : GroupLayout.GivesFloor);
            formAt = at;
            at = ByteWriter.U8(buffer, at, form);
            at = boot == ownBoot ? at : ByteWriter.U24(buffer, at, boot);
            at = sequence == floor ? at : ByteWriter.U24(buffer, at, floor);
            boots[groupCount] = boot;
            groupCount++;
        }

        private bool Fail(WireError error)
        {
            LastError = error;
            return false;
        }

        private bool Done()
        {
            LastError = WireError.None;
            return true;
        }
    }
}
