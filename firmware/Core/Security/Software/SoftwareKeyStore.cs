using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Identity key and boot counter on flash, a value each: version, content, and the first four bytes of the SHA-256
    /// of both. What is there and not whole is an error; nothing is made anew in its place.
    /// </summary>
    public sealed class SoftwareKeyStore
    {
        /// <summary>Name of the key: 32 bytes, big-endian.</summary>
        public const string KeyName = "key";

        /// <summary>Name of the boot counter: 4 bytes, little-endian.</summary>
        public const string BootName = "boot";

        private const byte Version = 1;
        private const int HeadSize = 1;
        private const int CheckSize = 4;
        private const int KeySize = 32;
        private const int BootSize = 4;

        private readonly IKeyValueStore _values;
        private readonly Sha256 _sha = new Sha256();
        private readonly byte[] _hash = new byte[Sha256.Size];
        private readonly byte[] _keyRecord = new byte[HeadSize + KeySize + CheckSize];
        private readonly byte[] _bootRecord = new byte[HeadSize + BootSize + CheckSize];

        /// <summary>Reads nothing yet.</summary>
        /// <param name="values">Where both lie.</param>
        public SoftwareKeyStore(IKeyValueStore values)
        {
            _values = values;
        }

        /// <summary>
        /// True if a key is there, whole or damaged. A file of another length is what a loss of power leaves of one
        /// that was never used.
        /// </summary>
        public bool HasKey
        {
            get
            {
                byte[]? record = _values.Read(KeyName);
                return record != null && record.Length == _keyRecord.Length;
            }
        }

        /// <summary>Reads the key.</summary>
        /// <param name="key32">Gets it.</param>
        /// <returns>False if it is not whole.</returns>
        public bool ReadKey(byte[] key32)
        {
            byte[]? record = _values.Read(KeyName);
            if (record == null || !IsWhole(record, _keyRecord.Length))
            {
                return false;
            }

            Array.Copy(record, HeadSize, key32, 0, KeySize);
            Array.Clear(record, 0, record.Length);
            return true;
        }

        /// <summary>
        /// Stores a new key: the counter first, so that a key without its counter is never what a loss of power leaves.
        /// </summary>
        /// <returns>True when both are durable.</returns>
        public bool WriteKey(byte[] key32)
        {
            if (!ReadBoot(out _) && !WriteBoot(0))
            {
                return false;
            }

            Array.Copy(key32, 0, _keyRecord, HeadSize, KeySize);
            Seal(_keyRecord);
            bool isWritten = _values.Write(KeyName, _keyRecord);
            Array.Clear(_keyRecord, 0, _keyRecord.Length);
            return isWritten;
        }

        /// <summary>Reads the number of the last boot.</summary>
        /// <param name="boot">0 before the first.</param>
        /// <returns>False if it is not there, or not whole.</returns>
        public bool ReadBoot(out uint boot)
        {
            byte[]? record = _values.Read(BootName);
            bool isThere = record != null && IsWhole(record, _bootRecord.Length);
            boot = isThere ? ByteReader.U32(record!, HeadSize) : 0;
            return isThere;
        }

        /// <summary>Stores the number of a boot.</summary>
        /// <returns>True when it is durable.</returns>
        public bool WriteBoot(uint boot)
        {
            ByteWriter.U32(_bootRecord, HeadSize, boot);
            Seal(_bootRecord);
            return _values.Write(BootName, _bootRecord);
        }

        private void Seal(byte[] record)
        {
            record[0] = Version;
            _sha.Hash(record, 0, record.Length - CheckSize, _hash);
            Array.Copy(_hash, 0, record, record.Length - CheckSize, CheckSize);
        }

        private bool IsWhole(byte[] record, int size)
        {
            if (record.Length != size || record[0] != Version)
            {
                return false;
            }

            _sha.Hash(record, 0, size - CheckSize, _hash);
            return ByteReader.U32(_hash, 0) == ByteReader.U32(record, size - CheckSize);
        }
    }
}
