using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The secrets that attestation brought: the key of the rotating identifier and the pseudonym keys by day. In RAM
    /// only: a reboot forgets them and the next attestation brings them again. Whoever needs one longer keeps it.
    /// </summary>
    public sealed class SecretStore
    {
        /// <summary>How many days' keys are held; a new one takes the place of the oldest.</summary>
        public const int MaxPseudonymKeys = 4;

        /// <summary>The highest rotation exponent that Eddystone-EID knows.</summary>
        public const byte MaxEidExponent = 15;

        /// <summary>The identifier key, 16 bytes; no meaning before <see cref="HasEidKey"/>.</summary>
        public readonly byte[] EidKey = new byte[WireSizes.Aes];

        /// <summary>Bytes of an identifier key with its exponent and clock offset.</summary>
        public const int EidSecretSize = EidClockOffsetOffset + 4;

        private const int EidExponentOffset = WireSizes.Aes;
        private const int EidClockOffsetOffset = EidExponentOffset + 1;
        private const int PseudonymKeyOffset = 2;

        private readonly byte[][] _pseudonymKeys = NewKeys();
        private readonly ushort[] _pseudonymDays = new ushort[MaxPseudonymKeys];

        /// <summary>True once an identifier key is held.</summary>
        public bool HasEidKey { get; private set; }

        /// <summary>Rotation exponent K: the identifier changes every 2^K seconds.</summary>
        public byte EidExponent { get; private set; }

        /// <summary>Seconds that this beacon's identifier clock is ahead of its own.</summary>
        public uint EidClockOffsetS { get; private set; }

        /// <summary>Rises with every identifier key, exponent or clock offset that is another one.</summary>
        public int EidKeyRevision { get; private set; }

        /// <summary>How many pseudonym keys are held.</summary>
        public int PseudonymKeyCount { get; private set; }

        /// <summary>The day of a key, in days since 1970-01-01.</summary>
        public ushort PseudonymDay(int index)
        {
            return _pseudonymDays[index];
        }

        /// <summary>A key, 16 bytes. The array is reused by later days: look the key up again for each
        /// record.</summary>
        public byte[] PseudonymKey(int index)
        {
            return _pseudonymKeys[index];
        }

        /// <summary>
        /// The key to use on a day: its own; else the newest of the days before, as far back as allowed; else that of
        /// the day after, for a clock that is behind the service's at midnight.
        /// </summary>
        /// <param name="day">Days since 1970-01-01.</param>
        /// <param name="graceDays">How many days past its own a key may be used.</param>
        /// <returns>Its index, or -1 if no key may be used.</returns>
        public int FindPseudonymKey(int day, int graceDays)
        {
            int best = -1;
            for (int i = 0; i < PseudonymKeyCount; i++)
            {
                int age = day - _pseudonymDays[i];
                bool isAllowed = age >= -1 && age <= graceDays;
                if (isAllowed && (best < 0 || IsBetter(age, day - _pseudonymDays[best])))
                {
                    best = i;
                }
            }

            return best;
        }

        /// <summary>Takes in a secret in clear. One that this firmware has no use for is left alone.</summary>
        internal void Take(SecretId id, byte[] data)
        {
            if (id == SecretId.EidKey)
            {
                TakeEidKey(data);
            }
            else if (id == SecretId.PseudonymKey)
            {
                ushort day = ByteReader.U16(data, 0);
                int index = PlaceFor(day);
                _pseudonymDays[index] = day;
                Array.Copy(data, PseudonymKeyOffset, _pseudonymKeys[index], 0, WireSizes.Aes);
            }
        }

        /// <summary>Puts the identifier key with its exponent and clock offset together, as it came.</summary>
        /// <param name="target">Takes <see cref="EidSecretSize"/> bytes.</param>
        internal void CopyEidSecret(byte[] target)
        {
            Array.Copy(EidKey, 0, target, 0, EidKey.Length);
            target[EidExponentOffset] = EidExponent;
            ByteWriter.U32(target, EidClockOffsetOffset, EidClockOffsetS);
        }

        private void TakeEidKey(byte[] data)
        {
            byte exponent = data[EidExponentOffset];
            uint clockOffsetS = ByteReader.U32(data, EidClockOffsetOffset);
            bool isSame = HasEidKey && exponent == EidExponent && clockOffsetS == EidClockOffsetS;
            for (int i = 0; i < EidKey.Length; i++)
            {
                isSame &= EidKey[i] == data[i];
            }

            if (isSame || exponent > MaxEidExponent)
            {
                return;
            }

            Array.Copy(data, 0, EidKey, 0, EidKey.Length);
            EidExponent = exponent;
            EidClockOffsetS = clockOffsetS;
            EidKeyRevision++;
            HasEidKey = true;
        }

        private static bool IsBetter(int age, int thanAge)
        {
            if (age < 0 || thanAge < 0)
            {
                return age > thanAge;
            }

            return age < thanAge;
        }

        private static byte[][] NewKeys()
        {
            byte[][] keys = new byte[MaxPseudonymKeys][];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = new byte[WireSizes.Aes];
            }

            return keys;
        }

        private int PlaceFor(ushort day)
        {
            int oldest = 0;
            for (int i = 0; i < PseudonymKeyCount; i++)
            {
                if (_pseudonymDays[i] == day)
                {
                    return i;
                }

                if (_pseudonymDays[i] < _pseudonymDays[oldest])
                {
                    oldest = i;
                }
            }

            return PseudonymKeyCount < MaxPseudonymKeys ? PseudonymKeyCount++ : oldest;
        }
    }
}
