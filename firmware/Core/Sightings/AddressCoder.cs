using System;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Sightings
{
    /// <summary>
    /// How addresses are written into reports: as they are, or as pseudonyms under the
    /// key of the day. Without a key nothing may be reported, so nothing is scanned for.
    /// </summary>
    public sealed class AddressCoder
    {
        private const long DayMs = 86400000;

        private readonly bool _isRaw;
        private readonly INativeCrypto _crypto;
        private readonly SecretStore _secrets;
        private readonly BoardClock _clock;
        private readonly byte[] _key = new byte[WireSizes.Aes];
        private readonly byte[] _input = new byte[Pseudonym.BlockSize];
        private readonly byte[] _output = new byte[Pseudonym.BlockSize];
        private readonly byte[] _plain = new byte[WireSizes.Address];
        private bool _hasKey;

        /// <summary>Composes the coder.</summary>
        /// <param name="isRaw">True to write addresses as they are.</param>
        /// <param name="crypto">AES.</param>
        /// <param name="secrets">Holds the keys of the days.</param>
        /// <param name="clock">Says which day it is.</param>
        public AddressCoder(bool isRaw, INativeCrypto crypto, SecretStore secrets, BoardClock clock)
        {
            _isRaw = isRaw;
            _crypto = crypto;
            _secrets = secrets;
            _clock = clock;
        }

        /// <summary>What the addresses of a report are.</summary>
        public ReportAddressing Addressing
        {
            get { return _isRaw ? ReportAddressing.Raw : ReportAddressing.Pseudonym; }
        }

        /// <summary>Day of the key in use; 0 when raw.</summary>
        public ushort KeyDay { get; private set; }

        /// <summary>True if addresses can be written now.</summary>
        public bool IsReady
        {
            get { return _isRaw || FindKey() >= 0; }
        }

        /// <summary>Takes the key of today. True if it is another one than before: a report has one key.</summary>
        public bool Refresh()
        {
            int index = _isRaw ? -1 : FindKey();
            if (index < 0)
            {
                return false;
            }

            ushort day = _secrets.PseudonymDay(index);
            byte[] key = _secrets.PseudonymKey(index);
            bool isSame = _hasKey && day == KeyDay;
            for (int i = 0; i < _key.Length; i++)
            {
                isSame = isSame && _key[i] == key[i];
                _key[i] = key[i];
            }

            KeyDay = day;
            _hasKey = true;
            return !isSame;
        }

        /// <summary>The number that stands for a sighting's address.</summary>
        public ulong Encode(Sighting sighting)
        {
            ulong address = sighting.Address;
            if (_isRaw)
            {
                return address;
            }

            for (int i = 0; i < WireSizes.Address; i++)
            {
                _plain[i] = (byte)address;
                address >>= 8;
            }

            Pseudonym.InputBlock(_input, 0, (LumenLink.Protocol.Radio)sighting.Radio, _plain, 0);
            _crypto.AesEncryptBlock(_key, _input, _output);
            return ByteReader.U32(_output, 0) | ((ulong)ByteReader.U16(_output, 4) << 32);
        }

        /// <summary>The keyed fingerprint of a sighting's payload. Not for raw addresses: it has no key.</summary>
        public uint Fingerprint(Sighting sighting)
        {
            Array.Clear(_output, 0, _output.Length);
            int blocks = PayloadFingerprint.BlockCount(sighting.PayloadLength);
            for (int i = 0; i < blocks; i++)
            {
                PayloadFingerprint.Mix(_output, i, sighting.Payload, 0, sighting.PayloadLength);
                Array.Copy(_output, 0, _input, 0, _input.Length);
                _crypto.AesEncryptBlock(_key, _input, _output);
            }

            return PayloadFingerprint.Take(_output);
        }

        private int FindKey()
        {
            if (!_clock.IsUtcSet)
            {
                return -1;
            }

            int day = (int)((_clock.UtcEpochMs + _clock.NowMs) / DayMs);
            return _secrets.FindPseudonymKey(day, DeviceLimits.PseudonymKeyGraceDays);
        }
    }
}
