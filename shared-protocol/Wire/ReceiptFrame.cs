namespace LumenLink.Protocol
{
    // Layout (README section 5): header 6, entry_count u8, entries (ReceiptEntry), extensions, tag 8.

    /// <summary>
    /// Receipt (0x84), down: which records are settled. Only a receipt lets a beacon forget a record. Read:
    /// <see cref="Read"/>, then <see cref="NextEntry"/> until it returns false. Written: <see cref="Begin"/>,
    /// <see cref="TryAdd"/>, <see cref="Finish"/>. One object does one of both at a time; it allocates nothing.
    /// </summary>
    public sealed class ReceiptFrame
    {
        internal const int EntryCountOffset = FrameHeader.Size;
        internal const int EntriesOffset = EntryCountOffset + 1;
        internal const int FixedSize = EntriesOffset;

        /// <summary>Bytes of a frame with one empty entry.</summary>
        public const int MinSize = FixedSize + ReceiptEntry.MinSize + FrameTag.Size;

        private byte[] buffer = new byte[0];
        private int start;
        private int at;
        private int end;
        private int left;

        /// <summary>Session whose down key seals the frame.</summary>
        public uint SessionId { get; private set; }

        /// <summary>Entries of the frame.</summary>
        public int EntryCount { get; private set; }

        /// <summary>
        /// True if the broker tells beacons by their connections: on the one that brought this receipt the beacon may
        /// publish to <see cref="MqttTopics.ConnectionUp"/>. An extension; set it before <see cref="Finish"/>.
        /// </summary>
        public bool GrantsShortTopic;

        /// <summary>The entry that <see cref="NextEntry"/> read last.</summary>
        public readonly ReceiptEntry Entry = new ReceiptEntry();

        /// <summary>
        /// Checks a whole frame and prepares for <see cref="NextEntry"/>; the buffer must stay as it is until then.
        /// The tag is not checked here. On an error the object stays as it was.
        /// </summary>
        public WireError Read(byte[] frame, int offset, int count)
        {
            WireError error = Check(frame, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            buffer = frame;
            SessionId = ByteReader.U32(frame, offset + FrameHeader.SessionIdOffset);
            EntryCount = frame[offset + EntryCountOffset];
            left = EntryCount;
            at = offset + EntriesOffset;
            end = offset + FrameTag.Offset(count);
            int behind = at;
            for (int i = 0; i < EntryCount; i++)
            {
                behind += ReceiptEntry.SizeAt(frame, behind);
            }

            GrantsShortTopic = Extensions.Contains(frame, behind, end, (int)ReceiptExtension.ShortTopic);
            return WireError.None;
        }

        /// <summary>Reads the next entry into <see cref="Entry"/>; false when there is none.</summary>
        public bool NextEntry()
        {
            if (left == 0)
            {
                return false;
            }

            left--;
            at = Entry.Take(buffer, at);
            return true;
        }

        /// <summary>
        /// Starts a frame at <paramref name="offset"/>; false if the buffer cannot hold one or the session id is 0.
        /// </summary>
        public bool Begin(byte[] target, int offset, uint sessionId)
        {
            buffer = target;
            start = offset;
            left = 0;
            EntryCount = 0;
            GrantsShortTopic = false;
            SessionId = sessionId;
            int room = target.Length - offset;
            room = room < WireLimits.MaxFrameBytes ? room : WireLimits.MaxFrameBytes;
            at = offset;
            end = offset;
            if (sessionId == 0 || room < MinSize)
            {
                return false;
            }

            FrameHeader.Write(target, offset, FrameType.Receipt, sessionId);
            at = offset + EntriesOffset;
            end = offset + FrameTag.Offset(room);
            return true;
        }

        /// <summary>
        /// Adds an entry; false, and nothing written, if it is not valid, repeats a boot, or does not fit.
        /// </summary>
        public bool TryAdd(ReceiptEntry entry)
        {
            if (EntryCount == WireLimits.MaxGroups || !entry.IsValid() || entry.Size > end - at
                || ContainsBoot(buffer, start + EntriesOffset, at, entry.Boot))
            {
                return false;
            }

            at = entry.Write(buffer, at);
            EntryCount++;
            return true;
        }

        /// <summary>
        /// Ends the frame. Returns its sealed length, room for the tag included, or 0 if it holds no entry.
        /// </summary>
        public int Finish()
        {
            if (EntryCount == 0)
            {
                return 0;
            }

            ByteWriter.U8(buffer, start + EntryCountOffset, EntryCount);
            if (GrantsShortTopic && end - at >= Extensions.HeaderSize)
            {
                at = ByteWriter.U8(buffer, at, (int)ReceiptExtension.ShortTopic);
                at = ByteWriter.U8(buffer, at, 0);
            }

            FrameTag.Clear(buffer, at);
            return at + FrameTag.Size - start;
        }

        private static WireError Check(byte[] frame, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.Receipt, frame, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            int entryCount = frame[offset + EntryCountOffset];
            if (entryCount < 1 || entryCount > WireLimits.MaxGroups)
            {
                return WireError.CountInvalid;
            }

            int first = offset + EntriesOffset;
            int position = first;
            int limit = offset + FrameTag.Offset(count);
            for (int i = 0; i < entryCount; i++)
            {
                int next = ReceiptEntry.Check(frame, position, limit);
                if (next < 0)
                {
                    return (WireError)(-next);
                }

                if (ContainsBoot(frame, first, position, ByteReader.U32(frame, position + ReceiptEntry.BootOffset)))
                {
                    return WireError.Repeated;
                }

                position = next;
            }

            return Extensions.Check(frame, position, limit);
        }

        /// <summary>
        /// Walks checked entries from <paramref name="first"/> up to <paramref name="behind"/>: at most eight.
        /// </summary>
        private static bool ContainsBoot(byte[] frame, int first, int behind, uint boot)
        {
            while (first < behind)
            {
                if (ByteReader.U32(frame, first + ReceiptEntry.BootOffset) == boot)
                {
                    return true;
                }

                first += ReceiptEntry.SizeAt(frame, first);
            }

            return false;
        }
    }
}
