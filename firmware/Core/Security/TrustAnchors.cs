using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The operator root keys that this beacon was given, and the highest version of a service certificate that it has
    /// believed. That version is kept over reboots and never goes back.
    /// </summary>
    public sealed class TrustAnchors
    {
        /// <summary>Under which the version is kept: 4 bytes, little-endian.</summary>
        public const string VersionName = "cert-version";

        private const int VersionSize = 4;

        private readonly IKeyValueStore _store;
        private readonly byte[] _root1;
        private readonly byte[]? _root2;
        private readonly uint _root1Id;
        private readonly uint _root2Id;

        /// <summary>Pins the roots and reads the version seen.</summary>
        /// <param name="root1">Current root, 64 bytes.</param>
        /// <param name="root2">Next root, 64 bytes; null if there is none.</param>
        /// <param name="store">Where the version is kept.</param>
        /// <exception cref="ArgumentException">A root has another size.</exception>
        public TrustAnchors(byte[] root1, byte[]? root2, IKeyValueStore store)
        {
            Sha256 hash = new Sha256();
            byte[] digest = new byte[Sha256.Size];
            _root1 = root1;
            _root2 = root2;
            _store = store;
            _root1Id = KeyId(hash, root1, digest);
            _root2Id = root2 == null ? 0 : KeyId(hash, root2, digest);
            byte[]? kept = store.Read(VersionName);
            HighestVersion = kept != null && kept.Length == VersionSize ? ByteReader.U32(kept, 0) : 0;
        }

        /// <summary>Certificates below this version are refused.</summary>
        public uint HighestVersion { get; private set; }

        /// <summary>The pinned root with this id; null if there is none.</summary>
        public byte[]? FindRoot(uint rootId)
        {
            if (rootId == _root1Id)
            {
                return _root1;
            }

            return _root2 != null && rootId == _root2Id ? _root2 : null;
        }

        /// <summary>Remembers the version of a certificate whose key was seen to sign; a lower one changes
        /// nothing.</summary>
        internal void Raise(uint version)
        {
            if (version > HighestVersion)
            {
                byte[] value = new byte[VersionSize];
                ByteWriter.U32(value, 0, version);
                _store.Write(VersionName, value);
                HighestVersion = version;
            }
        }

        private static uint KeyId(Sha256 hash, byte[] key, byte[] digest)
        {
            if (key.Length != WireSizes.PublicKey)
            {
                throw new ArgumentException("A root key has 64 bytes.");
            }

            hash.Hash(key, 0, key.Length, digest);
            return ByteReader.U32(digest, 0);
        }
    }
}
