using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// What the beacon states about itself in its Evidence. Self-reported: without secure boot these are statements,
    /// not proofs. A text that is empty, longer than 32 characters or not printable ASCII is not claimed.
    /// </summary>
    public sealed class DeviceClaims
    {
        /// <summary>Key and boot number.</summary>
        public readonly BeaconIdentity Identity;

        /// <summary>Kind of board.</summary>
        public readonly HardwareModel HardwareModel;

        /// <summary>Name of the firmware.</summary>
        public string SwName = string.Empty;

        /// <summary>Version of the firmware.</summary>
        public string SwVersion = string.Empty;

        /// <summary>Version of the nanoFramework CLR.</summary>
        public string ClrVersion = string.Empty;

        /// <summary>Name of the firmware image.</summary>
        public string Target = string.Empty;

        private byte[]? _measurement;
        private byte[]? _configHash;

        /// <summary>Claims of a beacon; texts and hashes are set one by one.</summary>
        public DeviceClaims(BeaconIdentity identity, HardwareModel hardwareModel)
        {
            Identity = identity;
            HardwareModel = hardwareModel;
        }

        /// <summary>Claims the SHA-256 of what is deployed.</summary>
        /// <param name="input">Holds the assemblies' names and versions, in the form that the firmware documentation
        /// lays down.</param>
        /// <param name="count">Its length in bytes.</param>
        public void Measure(byte[] input, int count)
        {
            _measurement = HashOf(input, count);
        }

        /// <summary>Claims the SHA-256 of the deployed configuration.</summary>
        /// <param name="input">Holds the configuration file as it is on flash.</param>
        /// <param name="count">Its length in bytes.</param>
        public void MeasureConfig(byte[] input, int count)
        {
            _configHash = HashOf(input, count);
        }

        internal void CopyTo(EvidenceClaims claims)
        {
            claims.Clear();
            claims.SwName.Set(SwName);
            claims.SwVersion.Set(SwVersion);
            claims.ClrVersion.Set(ClrVersion);
            claims.Target.Set(Target);
            claims.HasMeasurement = Copy(_measurement, claims.Measurement);
            claims.HasConfigHash = Copy(_configHash, claims.ConfigHash);
        }

        private static byte[] HashOf(byte[] input, int count)
        {
            byte[] hash = new byte[Sha256.Size];
            new Sha256().Hash(input, 0, count, hash);
            return hash;
        }

        private static bool Copy(byte[]? hash, byte[] target)
        {
            if (hash == null)
            {
                return false;
            }

            Array.Copy(hash, 0, target, 0, hash.Length);
            return true;
        }
    }
}
