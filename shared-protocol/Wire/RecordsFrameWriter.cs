using System;

namespace LumenLink.Protocol
{
    // Layout (README section 4): header 6, group_count u8, groups (boot u32, floor u32, record_count u8, records),
    // extensions, tag 8.

    /// <summary>
    /// Writes a Records frame (0x03), up, from records that are encoded already. Reused; allocates nothing. Read on the
    /// service's side by <c>RecordsFrameReader</c>.
    /// </summary>
    public sealed class RecordsFrameWriter
    {
        internal const int GroupCountOffset = FrameHeader.Size;
        internal const int GroupsOffset = GroupCountOffset + 1;
        internal const int FixedSize = GroupsOffset;
        internal const int BootOffset = 0;
        internal const int FloorOffset = BootOffset + 4;
        internal const int RecordCountOffset = FloorOffset + 4;
        internal const int RecordsOffset = RecordCountOffset + 1;
        internal const int GroupHeaderSize = RecordsOffset;

        /// <summary>Bytes that a frame needs beside the records of its first group.</summary>
        public const int Overhead = FixedSize + GroupHeaderSize + FrameTag.Size;

        private readonly uint[] boots = new uint[WireLimits.MaxGroups];
        private byte[] buffer = new byte[0];
        private int start;
        private int end;
        private int at;
        private int groupAt;
        private int groupCount;
        private int recordCount;
        private uint floor;

        /// <summary>Why the last call returned false or 0.</summary>
        public WireError LastError { get; private set; }

        /// <summary>Bytes that a next record of the open group may have.</summary>
        public int Remaining
        {
            get { return end - at; }
        }

        /// <summary>Starts a frame.</summary>
        /// <param name="target">Buffer for the frame.</param>
        /// <param name="offset">Where the frame starts.</param>
        /// <param name="limit">Bytes that the frame may have, tag included; bounded by the buffer and by the wire's limit.</param>
        /// <param name="sessionId">Session whose up key will seal the frame, not 0.</param>
        /// <returns>False, with <see cref="LastError"/>, if no record could ever fit or the session id is 0.</returns>
        public bool Begin(byte[] target, int offset, int limit, uint sessionId)
        {
            buffer = target;
            groupCount = 0;
            recordCount = 0;
            groupAt = -1;
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
        /// <param name="boot">Boot that made the records; each boot once per frame.</param>
        /// <param name="lowestHeld">The beacon holds no record of this boot below this sequence; at least 1.</param>
        public bool BeginGroup(uint boot, uint lowestHeld)
        {
            DropEmptyGroup();
            if (!WireLimits.IsBoot(boot) || lowestHeld == 0)
            {
                return Fail(WireError.ValueInvalid);
            }

            for (int i = 0; i < groupCount; i++)
            {
                if (boots[i] == boot)
                {
                    return Fail(WireError.Repeated);
                }
            }

            if (groupCount == WireLimits.MaxGroups)
            {
                return Fail(WireError.CountInvalid);
            }

            if (end - at < GroupHeaderSize + RecordHeader.Size)
            {
                return Fail(WireError.NoRoom);
            }

            boots[groupCount] = boot;
            groupCount++;
            groupAt = at;
            recordCount = 0;
            floor = lowestHeld;
            ByteWriter.U32(buffer, at + BootOffset, boot);
            ByteWriter.U32(buffer, at + FloorOffset, lowestHeld);
            at += GroupHeaderSize;
            return Done();
        }

        /// <summary>Adds one encoded record, header included, to the open group.</summary>
        /// <returns>
        /// False, with <see cref="LastError"/>, and nothing written: <see cref="WireError.NoRoom"/> and
        /// <see cref="WireError.CountInvalid"/> mean that it belongs into the next frame, anything else that it is no record.
        /// </returns>
        public bool TryAddRecord(byte[] record, int offset, int count)
        {
            WireError error = RecordHeader.Check(record, offset, count);
            if (error != WireError.None)
            {
                return Fail(error);
            }

            if (groupAt < 0 || ByteReader.U32(record, offset + RecordHeader.SequenceOffset) < floor)
            {
                return Fail(WireError.ValueInvalid);
            }

            if (recordCount == WireLimits.MaxRecordsPerGroup)
            {
                return Fail(WireError.CountInvalid);
            }

            if (count > end - at)
            {
                return Fail(WireError.NoRoom);
            }

            at = ByteWriter.Bytes(buffer, at, record, offset, count);
            recordCount++;
            ByteWriter.U8(buffer, groupAt + RecordCountOffset, recordCount);
            return Done();
        }

        /// <summary>
        /// Ends the frame. Returns its sealed length, room for the tag included (<see cref="FrameTag"/>), or 0 if it holds no
        /// record and must not be sent.
        /// </summary>
        public int Finish()
        {
            DropEmptyGroup();
            groupAt = -1;
            if (groupCount == 0)
            {
                LastError = WireError.CountInvalid;
                return 0;
            }

            ByteWriter.U8(buffer, start + GroupCountOffset, groupCount);
            Array.Clear(buffer, at, FrameTag.Size);
            int length = at + FrameTag.Size - start;
            end = at;
            Done();
            return length;
        }

        private void DropEmptyGroup()
        {
            if (groupAt >= 0 && recordCount == 0)
            {
                at = groupAt;
                groupCount--;
            }

            groupAt = -1;
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
