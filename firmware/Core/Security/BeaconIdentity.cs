using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>Who this beacon is, and in which boot: both from the chip.</summary>
    public sealed class BeaconIdentity
    {
        /// <summary>The chip's public key, 64 bytes.</summary>
        public readonly byte[] PublicKey = new byte[WireSizes.PublicKey];

        /// <summary>SHA-256 of the public key.</summary>
        public readonly byte[] KeyHash = new byte[WireSizes.Hash];

        /// <summary>Beacon id: the first 8 bytes of the key hash.</summary>
        public readonly byte[] Id = new byte[WireSizes.BeaconId];

        /// <summary>Number of this boot, 1 to 2,097,151; 0 before it was loaded.</summary>
        public uint Boot { get; private set; }

        /// <summary>Text form of the beacon id: MQTT client id, user name, part of the topics; empty before it was
        /// loaded.</summary>
        public string IdText { get; private set; } = string.Empty;

        /// <summary>True once all of it is known.</summary>
        public bool IsKnown
        {
            get { return Boot != 0; }
        }

        /// <summary>
        /// Reads the key and raises the boot counter. Once per boot: when it succeeded, further calls do nothing.
        /// </summary>
        public ChipStatus Load(ISecureElement chip)
        {
            if (IsKnown)
            {
                return ChipStatus.Ok;
            }

            ChipStatus status = chip.ReadPublicKey(PublicKey, 0);
            if (status != ChipStatus.Ok)
            {
                return status;
            }

            new Sha256().Hash(PublicKey, 0, PublicKey.Length, KeyHash);
            Array.Copy(KeyHash, 0, Id, 0, Id.Length);
            status = chip.IncrementBootCounter(out uint boot);
            if (status != ChipStatus.Ok)
            {
                return status;
            }

            if (!WireLimits.IsBoot(boot))
            {
                return ChipStatus.ResponseMalformed;
            }

            IdText = MqttTopics.IdText(Id, 0);
            Boot = boot;
            return ChipStatus.Ok;
        }
    }
}
