using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The operator root keys that this beacon was given, and for each usage the highest version of a service
    /// certificate that it has believed. Those versions are kept over reboots and never go back.
    /// </summary>
    public sealed class TrustAnchors
    {
        /// <summary>Under which the version of attestation keys is kept: 4 bytes, little-endian.</summary>
        public const string VersionName = "cert-version";

        /// <summary>Under which the version of configuration keys is kept, likewise.</summary>
        public const string ConfigVersionName = "cert-version-config";

        private const int VersionSize = 4;

        private readonly IKeyValueStore _store;
        private readonly byte[] _root1;
        private readonly byte[]? _root2;
        private readonly uint _root1Id;
        private readonly uint _root2Id;
        private uint _highest;
        private uint _highestConfig;

        /// <summary>Pins the roots and reads the versions seen.</summary>
        /// <param name="root1">Current root, 64 bytes.</param>
        /// <param name="root2">Next root, 64 bytes; null if there is none.</param>
        /// <param name="store">Where the versions are kept.</param>
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
            _highest = VersionOf(store.Read(VersionName));
            _highestConfig = VersionOf(store.Read(ConfigVersionName));
        }

        /// <summary>Certificates of this usage below this version are refused.</summary>
        /// <param name="usage">Of <see cref="ServiceCertificate"/>.</param>
        public uint HighestVersion(byte usage)
        {
            return usage == ServiceCertificate.UsageConfiguration ? _highestConfig : _highest;
        }

        /// <summary>The pinned root with this id; null if there is none.</summary>
        public byte[]? FindRoot(uint rootId)
        {
            if (rootId == _root1Id)
            {
                return _root1;
            }

            return _root2 != null && rootId == _root2Id ? _root2 : null;
        }

        /// <summary>
        /// Remembers the version of a certificate whose key was seen to sign, before anything is done on its word; a
        /// lower one changes nothing. What the flash does not take counts until the next boot all the same: who
        /// refused the newer key for that would go on believing the older one.
        /// </summary>
        internal void Raise(byte usage, uint version)
        {
            if (version <= HighestVersion(usage))
            {
                return;
            }

            byte[] value = new byte[VersionSize];
            ByteWriter.U32(value, 0, version);
            if (usage == ServiceCertificate.UsageConfiguration)
            {
                _store.Write(ConfigVersionName, value);
                _highestConfig = version;
            }
            else
            {
                _store.Write(VersionName, value);
                _highest = version;
            }
        }

        private static uint VersionOf(byte[]? kept)
        {
            return kept != null && kept.Length == VersionSize ? ByteReader.U32(kept, 0) : 0;
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
