using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// SHA-256 (FIPS 180-4), for a platform that has none. One instance hashes one message after the other without
    /// allocating. For one thread at a time.
    /// </summary>
    public sealed class Sha256
    {
        /// <summary>Bytes of a hash.</summary>
        public const int Size = 32;

        private const int BlockSize = 64;
        private const int LengthSize = 8;

        private static readonly uint[] RoundConstants =
        {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
        };

        private readonly uint[] _state = new uint[8];
        private readonly uint[] _schedule = new uint[64];
        private readonly byte[] _block = new byte[BlockSize];
        private int _filled;
        private long _total;

        /// <summary>A hash of nothing yet.</summary>
        public Sha256()
        {
            Reset();
        }

        /// <summary>Begins a new message.</summary>
        public void Reset()
        {
            _state[0] = 0x6a09e667;
            _state[1] = 0xbb67ae85;
            _state[2] = 0x3c6ef372;
            _state[3] = 0xa54ff53a;
            _state[4] = 0x510e527f;
            _state[5] = 0x9b05688c;
            _state[6] = 0x1f83d9ab;
            _state[7] = 0x5be0cd19;
            _filled = 0;
            _total = 0;
        }

        /// <summary>Adds bytes to the message.</summary>
        public void Update(byte[] data, int offset, int count)
        {
            _total += count;
            if (_filled > 0)
            {
                int taken = BlockSize - _filled < count ? BlockSize - _filled : count;
                Array.Copy(data, offset, _block, _filled, taken);
                _filled += taken;
                offset += taken;
                count -= taken;
                if (_filled < BlockSize)
                {
                    return;
                }

                Compress(_block, 0);
                _filled = 0;
            }

            while (count >= BlockSize)
            {
                Compress(data, offset);
                offset += BlockSize;
                count -= BlockSize;
            }

            Array.Copy(data, offset, _block, 0, count);
            _filled = count;
        }

        /// <summary>Writes the hash of the message, and begins a new one.</summary>
        /// <param name="hash">Gets 32 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public void Finish(byte[] hash, int offset)
        {
            _block[_filled++] = 0x80;
            if (_filled > BlockSize - LengthSize)
            {
                Array.Clear(_block, _filled, BlockSize - _filled);
                Compress(_block, 0);
                _filled = 0;
            }

            Array.Clear(_block, _filled, BlockSize - _filled);
            long bits = _total * 8;
            for (int i = BlockSize - 1; bits != 0; i--)
            {
                _block[i] = (byte)bits;
                bits >>= 8;
            }

            Compress(_block, 0);
            for (int i = 0; i < 8; i++)
            {
                uint word = _state[i];
                int at = offset + (4 * i);
                hash[at] = (byte)(word >> 24);
                hash[at + 1] = (byte)(word >> 16);
                hash[at + 2] = (byte)(word >> 8);
                hash[at + 3] = (byte)word;
            }

            Reset();
        }

        /// <summary>The hash of one run of bytes; an unfinished message is dropped.</summary>
        /// <param name="data">Holds the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its length in bytes.</param>
        /// <param name="hash">Gets 32 bytes from its start; may be <paramref name="data"/>.</param>
        public void Hash(byte[] data, int offset, int count, byte[] hash)
        {
            Reset();
            Update(data, offset, count);
            Finish(hash, 0);
        }

        // Flat on purpose: on the device a call costs as much as five additions, and this is most of what it computes.
        private void Compress(byte[] data, int offset)
        {
            uint[] w = _schedule;
            uint[] k = RoundConstants;
            uint[] state = _state;
            for (int i = 0; i < 16; i++)
            {
                w[i] = ((uint)data[offset] << 24) | ((uint)data[offset + 1] << 16)
                    | ((uint)data[offset + 2] << 8) | data[offset + 3];
                offset += 4;
            }

            for (int i = 16; i < 64; i++)
            {
                uint x = w[i - 15];
                uint y = w[i - 2];
                w[i] = w[i - 16] + (((x >> 7) | (x << 25)) ^ ((x >> 18) | (x << 14)) ^ (x >> 3))
                    + w[i - 7] + (((y >> 17) | (y << 15)) ^ ((y >> 19) | (y << 13)) ^ (y >> 10));
            }

            uint a = state[0];
            uint b = state[1];
            uint c = state[2];
            uint d = state[3];
            uint e = state[4];
            uint f = state[5];
            uint g = state[6];
            uint h = state[7];
            for (int i = 0; i < 64; i++)
            {
                uint t1 = h + (((e >> 6) | (e << 26)) ^ ((e >> 11) | (e << 21)) ^ ((e >> 25) | (e << 7)))
                    + (g ^ (e & (f ^ g))) + k[i] + w[i];
                uint t2 = (((a >> 2) | (a << 30)) ^ ((a >> 13) | (a << 19)) ^ ((a >> 22) | (a << 10)))
                    + ((a & b) | (c & (a | b)));
                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }
}
