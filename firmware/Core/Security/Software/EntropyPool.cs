using System;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Random bytes from the board's hardware generator, mixed by HMAC-SHA-256 with the clocks, a count and what is the
    /// board's own; each draw also depends on all before it. For one thread at a time.
    /// </summary>
    internal sealed class EntropyPool
    {
        private const int Size = 32;
        private const int DrawnSize = 2 * Size;
        private const int NowOffset = DrawnSize;
        private const int UtcOffset = NowOffset + 8;
        private const int CountOffset = UtcOffset + 8;
        private const int PurposeOffset = CountOffset + 4;
        private const byte NextPool = 0;
        private const byte Output = 1;

        private readonly INativeCrypto _crypto;
        private readonly Random _hardware;
        private readonly BoardClock _clock;
        private readonly byte[] _pool = new byte[Size];
        private readonly byte[] _mac = new byte[Size];
        private readonly byte[] _block = new byte[Size];
        private readonly byte[] _message = new byte[PurposeOffset + 1];
        private uint _count;

        /// <summary>A pool.</summary>
        /// <param name="crypto">HMAC.</param>
        /// <param name="hardware">The generator: one made without a seed.</param>
        /// <param name="clock">Time.</param>
        /// <param name="boardAddress">What no other board has; not secret, at least one byte.</param>
        internal EntropyPool(INativeCrypto crypto, Random hardware, BoardClock clock, byte[] boardAddress)
        {
            _crypto = crypto;
            _hardware = hardware;
            _clock = clock;
            crypto.HmacSha256(_mac, boardAddress, 0, boardAddress.Length, _pool);
        }

        /// <summary>Draws 32 random bytes.</summary>
        /// <returns>False, and nothing drawn, if the generator gives the same 32 bytes twice: it is stuck.</returns>
        internal bool Draw(byte[] random32)
        {
            bool isStuck = true;
            for (int at = 0; at < DrawnSize; at += Size)
            {
                _hardware.NextBytes(_block);
                for (int i = 0; i < Size; i++)
                {
                    isStuck = isStuck && (at == 0 || _block[i] == _message[i]);
                    _message[at + i] = _block[i];
                }
            }

            if (isStuck)
            {
                return false;
            }

            _count++;
            ByteWriter.U64(_message, NowOffset, (ulong)_clock.NowMs);
            ByteWriter.U64(_message, UtcOffset, (ulong)_clock.UtcEpochMs);
            ByteWriter.U32(_message, CountOffset, _count);
            _message[PurposeOffset] = Output;
            _crypto.HmacSha256(_pool, _message, 0, _message.Length, random32);
            _message[PurposeOffset] = NextPool;
            _crypto.HmacSha256(_pool, _message, 0, _message.Length, _mac);
            Array.Copy(_mac, 0, _pool, 0, Size);
            Array.Clear(_mac, 0, Size);
            Array.Clear(_block, 0, Size);
            Array.Clear(_message, 0, _message.Length);
            return true;
        }
    }
}
