using System;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The device's side of attestation: Hello, Challenge, Evidence, Result or Refusal (README of the protocol,
    /// section 3). One exchange at a time; a new Hello drops the one before. Frames start at offset 0 of their arrays
    /// and may be anything: no frame makes these methods throw. OnChallenge keeps the caller for as long as the chip
    /// needs, seconds at the slowest clock. Nothing is allocated per exchange, save 4 bytes when a certificate
    /// version rises. For one thread at a time.
    /// </summary>
    public sealed class AttestationExchange
    {
        /// <summary>
        /// Signatures that are checked for one Hello, so that a broker that makes up frames cannot keep the chip
        /// busy; the next Hello starts anew.
        /// </summary>
        public const int SignatureChecksPerHello = 4;

        private readonly ISecureElement _chip;
        private readonly BoardClock _clock;
        private readonly DeviceClaims _claims;
        private readonly INativeCrypto _crypto;
        private readonly MessageDigest _digest = new MessageDigest();
        private readonly ServiceSignatureCheck _signature;
        private readonly Hkdf _hkdf;
        private readonly SecretUnwrap _unwrap;
        private readonly Session _even;
        private readonly Session _odd;

        private readonly HelloFrame _hello = new HelloFrame();
        private readonly ChallengeFrame _challenge = new ChallengeFrame();
        private readonly EvidenceFrame _evidence = new EvidenceFrame();
        private readonly AttestationResultFrame _result = new AttestationResultFrame();
        private readonly AttestationRefusalFrame _refusal = new AttestationRefusalFrame();

        private readonly byte[] _helloHash = new byte[WireSizes.Hash];
        private readonly byte[] _hash = new byte[WireSizes.Hash];
        private readonly byte[] _secret = new byte[WireSizes.Hash];
        private readonly byte[] _info = new byte[SignedMessages.SessionInfoSize];
        private readonly byte[] _keys = new byte[SessionKeyLayout.Size];
        private readonly byte[] _downKey = new byte[WireSizes.Hash];

        private Stage _stage = Stage.Nothing;
        private int _checksLeft;

        /// <summary>An exchange without a session yet.</summary>
        public AttestationExchange(
            ISecureElement chip, INativeCrypto crypto, BoardClock clock, TrustAnchors anchors, DeviceClaims claims)
        {
            _chip = chip;
            _crypto = crypto;
            _clock = clock;
            _claims = claims;
            _signature = new ServiceSignatureCheck(chip, anchors, _digest);
            _hkdf = new Hkdf(crypto);
            _unwrap = new SecretUnwrap(crypto);
            _even = new Session(crypto);
            _odd = new Session(crypto);
        }

        private enum Stage
        {
            Nothing,
            HelloSent,
            EvidenceSent,
        }

        /// <summary>
        /// The newest session; null before the first attestation. The one before stays as it was until an exchange
        /// after this one succeeds: whoever renews holds both, because the service opens frames of the old one until
        /// it has seen one of the new.
        /// </summary>
        public Session? Session { get; private set; }

        /// <summary>Secrets that the service sent.</summary>
        public SecretStore Secrets { get; } = new SecretStore();

        /// <summary>How the chip answered last, for <see cref="DownlinkOutcome.ChipFailed"/>.</summary>
        public ChipStatus LastChipStatus { get; private set; }

        /// <summary>Checks what the service signs, also beside attestation.</summary>
        internal ServiceSignatureCheck Signatures
        {
            get { return _signature; }
        }

        /// <summary>True while a Hello or an Evidence waits for its answer.</summary>
        public bool IsOutstanding
        {
            get { return _stage != Stage.Nothing; }
        }

        /// <summary>Begins an exchange with a new nonce. What was outstanding is no more; sessions stay.</summary>
        /// <param name="buffer">Takes the Hello: at least <see cref="HelloFrame.FixedSize"/> bytes.</param>
        /// <returns>Its length, or the negative of a <see cref="ChipStatus"/>.</returns>
        public int WriteHello(byte[] buffer)
        {
            Abandon();
            LastChipStatus = _claims.Identity.Load(_chip);
            if (LastChipStatus == ChipStatus.Ok)
            {
                LastChipStatus = _chip.Random(_hash, 0);
            }

            if (LastChipStatus != ChipStatus.Ok)
            {
                return -(int)LastChipStatus;
            }

            Array.Copy(_hash, 0, _hello.DeviceNonce, 0, WireSizes.Nonce);
            Array.Copy(_claims.Identity.KeyHash, 0, _hello.KeyHash, 0, WireSizes.Hash);
            _hello.HardwareModel = _claims.HardwareModel;
            int length = _hello.Write(_evidence.HelloBytes, 0);
            _evidence.HelloLength = length;
            Array.Copy(_evidence.HelloBytes, 0, buffer, 0, length);
            _digest.Start().Add(_evidence.HelloBytes, length).Finish(_helloHash);
            _stage = Stage.HelloSent;
            _checksLeft = SignatureChecksPerHello;
            return length;
        }

        /// <summary>
        /// Answers a Challenge. When it is not the service's or not for this Hello, the Hello goes on waiting; when
        /// the chip fails, the exchange is over.
        /// </summary>
        /// <param name="frame">Holds the frame.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="evidenceOut">Takes the Evidence: at least <see cref="EvidenceFrame.MaxWriteSize"/>
        /// bytes.</param>
        /// <param name="evidenceLength">Its length when the outcome is Accepted, else 0.</param>
        public DownlinkOutcome OnChallenge(byte[] frame, int count, byte[] evidenceOut, out int evidenceLength)
        {
            evidenceLength = 0;
            if (_challenge.Read(frame, 0, count) != WireError.None)
            {
                return DownlinkOutcome.Malformed;
            }

            if (_stage != Stage.HelloSent || _checksLeft == 0)
            {
                return DownlinkOutcome.NothingOutstanding;
            }

            if (!IsForThisHello(_challenge.DeviceNonce))
            {
                return DownlinkOutcome.NotForThisHello;
            }

            _checksLeft--;
            _digest.Start().Add(frame, ChallengeFrame.MacOffset(count)).Finish(_evidence.ChallengeHash);
            _digest.Start(DomainPrefix.Challenge).Add(_helloHash).Add(_evidence.ChallengeHash).Add(_challenge.Mac)
                .Finish(_hash);
            DownlinkOutcome outcome = Check(_challenge.Certificate, _challenge.Signature);
            if (outcome != DownlinkOutcome.Accepted)
            {
                return outcome;
            }

            if (!_clock.IsUtcSet)
            {
                _clock.SetUtc(_challenge.IssuedUnixMs);
            }

            return Answer(evidenceOut, out evidenceLength);
        }

        /// <summary>
        /// Takes the service's yes. When Accepted, <see cref="Session"/> is the new session and <see cref="Secrets"/>
        /// holds what was sent along.
        /// </summary>
        public DownlinkOutcome OnResult(byte[] frame, int count)
        {
            if (_result.Read(frame, 0, count) != WireError.None)
            {
                return DownlinkOutcome.Malformed;
            }

            if (_stage != Stage.EvidenceSent)
            {
                return DownlinkOutcome.NothingOutstanding;
            }

            Array.Copy(_keys, SessionKeyLayout.DownKeyOffset, _downKey, 0, _downKey.Length);
            _crypto.HmacSha256(_downKey, frame, 0, FrameTag.Offset(count), _hash);
            if (!FrameTag.Matches(frame, 0, count, _hash))
            {
                return DownlinkOutcome.TagMismatch;
            }

            Session session = Session == _even ? _odd : _even;
            session.Begin(_result, _keys, _clock.LinkMs);
            Session = session;
            _unwrap.Into(Secrets, _result, _keys);
            Abandon();
            return DownlinkOutcome.Accepted;
        }

        /// <summary>
        /// Takes the service's no. Signed, it ends the exchange. Unsigned, anybody may have said it: it means
        /// back-off and nothing else, its outcome reads CouldNotCheck, and the exchange goes on waiting.
        /// </summary>
        /// <param name="frame">Holds the frame.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="retryAfterS">Seconds to wait before the next Hello, as the frame says; the caller bounds
        /// it.</param>
        /// <param name="isSigned">True if the service is known to have said it.</param>
        /// <param name="outcome">Why; perhaps a number without a name in this firmware.</param>
        public DownlinkOutcome OnRefusal(
            byte[] frame, int count, out int retryAfterS, out bool isSigned, out AttestationOutcome outcome)
        {
            retryAfterS = 0;
            isSigned = false;
            outcome = AttestationOutcome.CouldNotCheck;
            if (_refusal.Read(frame, 0, count) != WireError.None)
            {
                return DownlinkOutcome.Malformed;
            }

            if (_stage == Stage.Nothing)
            {
                return DownlinkOutcome.NothingOutstanding;
            }

            if (!IsForThisHello(_refusal.DeviceNonce))
            {
                return DownlinkOutcome.NotForThisHello;
            }

            if (_refusal.Signed)
            {
                DownlinkOutcome checkedOutcome = CheckRefusal(frame, count);
                if (checkedOutcome != DownlinkOutcome.Accepted)
                {
                    return checkedOutcome;
                }

                isSigned = true;
                outcome = _refusal.Outcome;
                Abandon();
            }

            uint seconds = _refusal.RetryAfterSeconds;
            retryAfterS = seconds > int.MaxValue ? int.MaxValue : (int)(long)seconds;
            return DownlinkOutcome.Accepted;
        }

        /// <summary>Ends what is outstanding; sessions stay.</summary>
        public void Abandon()
        {
            _stage = Stage.Nothing;
            Array.Clear(_keys, 0, _keys.Length);
            Array.Clear(_downKey, 0, _downKey.Length);
        }

        private bool IsForThisHello(byte[] deviceNonce)
        {
            for (int i = 0; i < WireSizes.Nonce; i++)
            {
                if (deviceNonce[i] != _hello.DeviceNonce[i])
                {
                    return false;
                }
            }

            return true;
        }

        private DownlinkOutcome CheckRefusal(byte[] frame, int count)
        {
            if (_checksLeft == 0)
            {
                return DownlinkOutcome.NothingOutstanding;
            }

            _checksLeft--;
            int signed = AttestationRefusalFrame.SignatureOffset(count);
            _digest.Start(DomainPrefix.Refusal).Add(_helloHash).Add(frame, signed).Finish(_hash);
            return Check(_refusal.Certificate, _refusal.Signature);
        }

        /// <summary>Of the message whose digest is at hand.</summary>
        private DownlinkOutcome Check(ServiceCertificate certificate, byte[] signature)
        {
            return _signature.Check(ServiceCertificate.UsageAttestation, certificate, _hash, signature);
        }

        /// <summary>From here the Hello is used up: success waits for the result, failure needs a new Hello.</summary>
        private DownlinkOutcome Answer(byte[] evidenceOut, out int evidenceLength)
        {
            evidenceLength = 0;
            Abandon();
            LastChipStatus = Agree();
            if (LastChipStatus == ChipStatus.Ok)
            {
                evidenceLength = WriteEvidence(evidenceOut);
                _digest.Start(DomainPrefix.Evidence).Add(_helloHash).Add(_evidence.ChallengeHash)
                    .Add(evidenceOut, EvidenceFrame.SignatureOffset(evidenceLength)).Finish(_hash);
                LastChipStatus = _chip.Sign(_hash, evidenceOut, EvidenceFrame.SignatureOffset(evidenceLength));
            }

            _chip.Sleep(); // the ephemeral key has done its work
            if (LastChipStatus == ChipStatus.Ok)
            {
                DeriveKeys(evidenceOut, evidenceLength);
                _stage = Stage.EvidenceSent;
            }
            else
            {
                evidenceLength = 0;
            }

            Array.Clear(_secret, 0, _secret.Length);
            return LastChipStatus == ChipStatus.Ok ? DownlinkOutcome.Accepted : DownlinkOutcome.ChipFailed;
        }

        /// <summary>The secret is taken at once, so that the ephemeral key need not survive anything.</summary>
        private ChipStatus Agree()
        {
            ChipStatus status = _chip.GenerateEphemeral(_evidence.EphemeralKey, 0);
            return status == ChipStatus.Ok ? _chip.EphemeralEcdh(_challenge.EpochKey, 0, _secret) : status;
        }

        private int WriteEvidence(byte[] evidenceOut)
        {
            Array.Copy(_challenge.ServiceNonce, 0, _evidence.ServiceNonce, 0, WireSizes.Nonce);
            Array.Copy(_challenge.Mac, 0, _evidence.Mac, 0, WireSizes.Mac);
            _evidence.IssuedUnixMs = _challenge.IssuedUnixMs;
            _evidence.EpochId = _challenge.EpochId;
            _evidence.Boot = _claims.Identity.Boot;
            _evidence.UptimeMs = (ulong)_clock.NowMs;
            _evidence.HardwareModel = _claims.HardwareModel;
            _claims.CopyTo(_evidence.Claims);
            int length = _evidence.Write(evidenceOut, 0);
            if (length < 0)
            {
                throw new ArgumentException("The Evidence needs EvidenceFrame.MaxWriteSize bytes.");
            }

            return length;
        }

        private void DeriveKeys(byte[] evidence, int length)
        {
            _digest.Start().Add(evidence, length).Finish(_hash);
            _digest.Start().Add(_helloHash).Add(_evidence.ChallengeHash).Add(_hash).Finish(_hash);
            int infoLength = SignedMessages.SessionInfo(_info, 0, _hash);
            _hkdf.Derive(_evidence.ServiceNonce, _secret, _info, infoLength, _keys);
        }
    }
}
