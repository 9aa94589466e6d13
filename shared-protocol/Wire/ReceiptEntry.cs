using System;

namespace LumenLink.Protocol
{
    // Layout (README section 5): boot u32, settled_through u32, bitmap_length u8, bitmap; then, counted from the end
    // of the bitmap: refused_count u8, refused (sequence u32, reason u8).

    /// <summary>What a receipt says about one boot. Reused; allocates nothing.</summary>
    public sealed class ReceiptEntry
    {
        internal const int BootOffset = 0;
        internal const int SettledThroughOffset = BootOffset + 4;
        internal const int BitmapLengthOffset = SettledThroughOffset + 4;
        internal const int BitmapOffset = BitmapLengthOffset + 1;
        internal const int RefusedCountAfterBitmap = 0;
        internal const int RefusedAfterBitmap = RefusedCountAfterBitmap + 1;
        internal const int RefusedSize = 4 + 1;
        internal const int MinSize = BitmapOffset + RefusedAfterBitmap;

        /// <summary>Boot that the entry is about.</summary>
        public uint Boot;

        /// <summary>Every sequence up to here is stored, refused for good, or was below the beacon's floor.</summary>
        public uint SettledThrough;

        /// <summary>Bytes of <see cref="Bitmap"/> in use, 0 to 32.</summary>
        public int BitmapLength;

        /// <summary>
        /// Bit i, least significant first, set: sequence <see cref="SettledThrough"/> + 1 + i is settled.
        /// </summary>
        public readonly byte[] Bitmap = new byte[WireLimits.MaxBitmapBytes];

        /// <summary>Refused records in use, 0 to 32.</summary>
        public int RefusedCount;

        /// <summary>Sequences of the refused records.</summary>
        public readonly uint[] RefusedSequences = new uint[WireLimits.MaxRefused];

        /// <summary>
        /// Their reasons, as <see cref="RefusalReason"/>; perhaps numbers that this version has no name for.
        /// </summary>
        public readonly byte[] RefusedReasons = new byte[WireLimits.MaxRefused];

        /// <summary>Bytes on the wire.</summary>
        public int Size
        {
            get { return MinSize + BitmapLength + (RefusedCount * RefusedSize); }
        }

        /// <summary>
        /// Starts over for a boot: nothing beyond <paramref name="settledThrough"/>, nothing refused.
        /// </summary>
        public void Reset(uint boot, uint settledThrough)
        {
            Boot = boot;
            SettledThrough = settledThrough;
            BitmapLength = 0;
            RefusedCount = 0;
            Array.Clear(Bitmap, 0, Bitmap.Length);
        }

        /// <summary>
        /// Marks a sequence beyond <see cref="SettledThrough"/>; false if it lies beyond the bitmap's reach.
        /// </summary>
        public bool TrySettle(uint sequence)
        {
            if (sequence <= SettledThrough)
            {
                return true;
            }

            uint index = sequence - SettledThrough - 1;
            if (index >= WireLimits.MaxBitmapBytes * 8)
            {
                return false;
            }

            int at = (int)(long)(index >> 3);
            Bitmap[at] |= (byte)(1 << (int)(index & 7));
            BitmapLength = at < BitmapLength ? BitmapLength : at + 1;
            return true;
        }

        /// <summary>Names a record as refused for good; false if there is no room.</summary>
        public bool TryRefuse(uint sequence, RefusalReason reason)
        {
            if (RefusedCount == WireLimits.MaxRefused || sequence == 0 || reason == RefusalReason.None)
            {
                return false;
            }

            RefusedSequences[RefusedCount] = sequence;
            RefusedReasons[RefusedCount] = (byte)reason;
            RefusedCount++;
            return true;
        }

        /// <summary>
        /// True if the beacon may forget this record of <see cref="Boot"/>: stored, refused, or below the floor.
        /// </summary>
        public bool IsSettled(uint sequence)
        {
            if (sequence <= SettledThrough)
            {
                return true;
            }

            uint index = sequence - SettledThrough - 1;
            if (index < (uint)BitmapLength * 8 && (Bitmap[(int)(index >> 3)] & (1 << (int)(index & 7))) != 0)
            {
                return true;
            }

            return ReasonFor(sequence) != RefusalReason.None;
        }

        /// <summary>
        /// Why a record was refused, or <see cref="RefusalReason.None"/> if the entry does not say so.
        /// </summary>
        public RefusalReason ReasonFor(uint sequence)
        {
            for (int i = 0; i < RefusedCount; i++)
            {
                if (RefusedSequences[i] == sequence)
                {
                    return (RefusalReason)RefusedReasons[i];
                }
            }

            return RefusalReason.None;
        }

        internal bool IsValid()
        {
            return WireLimits.IsBoot(Boot) && BitmapLength >= 0 && BitmapLength <= WireLimits.MaxBitmapBytes
                && RefusedCount >= 0 && RefusedCount <= WireLimits.MaxRefused;
        }

        internal int Write(byte[] buffer, int at)
        {
            at = ByteWriter.U32(buffer, at, Boot);
            at = ByteWriter.U32(buffer, at, SettledThrough);
            at = ByteWriter.U8(buffer, at, BitmapLength);
            at = ByteWriter.Bytes(buffer, at, Bitmap, 0, BitmapLength);
            at = ByteWriter.U8(buffer, at, RefusedCount);
            for (int i = 0; i < RefusedCount; i++)
            {
                at = ByteWriter.U32(buffer, at, RefusedSequences[i]);
                at = ByteWriter.U8(buffer, at, RefusedReasons[i]);
            }

            return at;
        }

        /// <summary>
        /// Checks the entry at <paramref name="at"/>; returns the index behind it or the negative error.
        /// </summary>
        internal static int Check(byte[] buffer, int at, int end)
        {
            if (end - at < MinSize)
            {
                return -(int)WireError.TooShort;
            }

            if (!WireLimits.IsBoot(ByteReader.U32(buffer, at + BootOffset)))
            {
                return -(int)WireError.ValueInvalid;
            }

            int bitmapLength = buffer[at + BitmapLengthOffset];
            if (bitmapLength > WireLimits.MaxBitmapBytes)
            {
                return -(int)WireError.LengthInvalid;
            }

            int after = at + BitmapOffset + bitmapLength;
            if (end - after < RefusedAfterBitmap)
            {
                return -(int)WireError.TooShort;
            }

            int refusedCount = buffer[after + RefusedCountAfterBitmap];
            if (refusedCount > WireLimits.MaxRefused)
            {
                return -(int)WireError.CountInvalid;
            }

            int refused = after + RefusedAfterBitmap;
            if (end - refused < refusedCount * RefusedSize)
            {
                return -(int)WireError.TooShort;
            }

            for (int i = 0; i < refusedCount; i++)
            {
                if (ByteReader.U32(buffer, refused) == 0 || buffer[refused + 4] == (byte)RefusalReason.None)
                {
                    return -(int)WireError.ValueInvalid;
                }

                refused += RefusedSize;
            }

            return refused;
        }

        /// <summary>Bytes of the checked entry at <paramref name="at"/>.</summary>
        internal static int SizeAt(byte[] buffer, int at)
        {
            int bitmapLength = buffer[at + BitmapLengthOffset];
            return MinSize + bitmapLength + (buffer[at + BitmapOffset + bitmapLength] * RefusedSize);
        }

        internal int Take(byte[] buffer, int at)
        {
            Reset(ByteReader.U32(buffer, at + BootOffset), ByteReader.U32(buffer, at + SettledThroughOffset));
            BitmapLength = buffer[at + BitmapLengthOffset];
            Array.Copy(buffer, at + BitmapOffset, Bitmap, 0, BitmapLength);
            int after = at + BitmapOffset + BitmapLength;
            RefusedCount = buffer[after + RefusedCountAfterBitmap];
            int refused = after + RefusedAfterBitmap;
            for (int i = 0; i < RefusedCount; i++)
            {
                RefusedSequences[i] = ByteReader.U32(buffer, refused);
                RefusedReasons[i] = buffer[refused + 4];
                refused += RefusedSize;
            }

            return refused;
        }
    }
}
