using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Does the service speak? The certificate leads to a pinned root, is no older than one seen, and its key signed
    /// the message. The cheap checks come first: the chip takes up to a second for each signature.
    /// </summary>
    public sealed class ServiceSignatureCheck
    {
        private readonly ISecureElement _chip;
        private readonly TrustAnchors _anchors;
        private readonly MessageDigest _digest;
        private readonly byte[] _certificate = new byte[ServiceCertificate.Size];
        private readonly byte[] _hash = new byte[WireSizes.Hash];

        /// <summary>Checks by a chip, under pinned roots.</summary>
        /// <param name="chip">Verifies.</param>
        /// <param name="anchors">The roots, and the highest versions seen.</param>
        /// <param name="digest">Scratch, shared within one thread.</param>
        public ServiceSignatureCheck(ISecureElement chip, TrustAnchors anchors, MessageDigest digest)
        {
            _chip = chip;
            _anchors = anchors;
            _digest = digest;
        }

        /// <summary>Checks certificate and signature; only when both hold, the certificate's version counts as
        /// seen.</summary>
        /// <param name="usage">What the key must be for.</param>
        /// <param name="certificate">As the frame has it.</param>
        /// <param name="messageDigest32">SHA-256 of what is signed.</param>
        /// <param name="signature">64 bytes.</param>
        public DownlinkOutcome Check(
            byte usage, ServiceCertificate certificate, byte[] messageDigest32, byte[] signature)
        {
            byte[]? root = _anchors.FindRoot(certificate.RootId);
            if (root == null || certificate.Usage != usage || !HasKeyId(certificate))
            {
                return DownlinkOutcome.CertificateUntrusted;
            }

            if (certificate.Version < _anchors.HighestVersion(usage))
            {
                return DownlinkOutcome.CertificateRolledBack;
            }

            certificate.Write(_certificate, 0);
            _digest.Start(DomainPrefix.Certificate).Add(_certificate, ServiceCertificate.SignedSize).Finish(_hash);
            DownlinkOutcome outcome =
                Verify(root, _hash, certificate.Signature, DownlinkOutcome.CertificateUntrusted);
            if (outcome != DownlinkOutcome.Accepted)
            {
                return outcome;
            }

            outcome = Verify(certificate.Key, messageDigest32, signature, DownlinkOutcome.SignatureInvalid);
            if (outcome != DownlinkOutcome.Accepted)
            {
                return outcome;
            }

            _anchors.Raise(usage, certificate.Version);
            return DownlinkOutcome.Accepted;
        }

        /// <summary>Is a configuration by the service, and for this beacon?</summary>
        /// <param name="config">The frame, read.</param>
        /// <param name="frame">Its bytes, from the start of the array.</param>
        /// <param name="count">How many, tag included.</param>
        /// <param name="beaconId">8 bytes.</param>
        public DownlinkOutcome CheckConfig(ConfigFrame config, byte[] frame, int count, byte[] beaconId)
        {
            byte[] digest = new byte[WireSizes.Hash];
            _digest.Start(DomainPrefix.Config).Add(beaconId)
                .Add(frame, ConfigFrame.SignedFrom, ConfigFrame.SignedSize(count)).Finish(digest);
            return Check(ServiceCertificate.UsageConfiguration, config.Certificate, digest, config.Signature);
        }

        private bool HasKeyId(ServiceCertificate certificate)
        {
            _digest.Start().Add(certificate.Key).Finish(_hash);
            return certificate.KeyId == ByteReader.U32(_hash, 0);
        }

        private DownlinkOutcome Verify(byte[] key, byte[] digest32, byte[] signature, DownlinkOutcome refusal)
        {
            switch (_chip.Verify(key, 0, digest32, signature, 0))
            {
                case ChipStatus.Ok:
                    return DownlinkOutcome.Accepted;
                case ChipStatus.Miscompare:
                case ChipStatus.EccFault: // a key or a signature that is none on this curve
                    return refusal;
                default:
                    return DownlinkOutcome.ChipFailed;
            }
        }
    }
}
