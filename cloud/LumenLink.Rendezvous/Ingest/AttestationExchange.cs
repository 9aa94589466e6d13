using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// Both halves of the exchange, whichever way they came: Hello to Challenge, Evidence to verdict. A transport that
/// knows its sender names it, and the exchange is held against that beacon and its rate; one that does not knows the
/// sender by what it signs. Claims have rates of their own, so that who claims to be a beacon uses up none of the
/// beacon's; a transport without even a claim bounds the rate itself.
/// </summary>
internal sealed class AttestationExchange(
    ChallengeIssuer issuer, RefusalWriter refusals, AttestationService attestation, Revocations revocations,
    ExchangeGate gate, ILogger<AttestationExchange> logger)
{
    /// <summary>Answers a Hello.</summary>
    /// <param name="sender">Who sends it, as far as the transport knows.</param>
    /// <param name="frame">The whole frame; not changed meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<FrameAnswer> OnHelloAsync(
        FrameSender sender, byte[] frame, CancellationToken cancellationToken)
    {
        HelloFrame hello = new();
        WireError error = hello.Read(frame, 0, frame.Length);
        if (error != WireError.None)
            return FrameAnswer.Of(IngestOutcomes.Of(error));
        BeaconId beacon = BeaconId.FromBytes(hello.KeyHash);
        if (sender.Beacon is not null && sender.Beacon != beacon)
            return FrameAnswer.Of(IngestOutcome.BeaconMismatch);
        if (hello.VersionMin > WireVersion.Major)
            return FrameAnswer.Of(IngestOutcome.VersionUnknown);
        if (!await TryEnterAsync(sender, cancellationToken))
            return new FrameAnswer(IngestOutcome.RateLimited, RefusalWriter.BackOff(hello.DeviceNonce), false);
        try
        {
            return new FrameAnswer(
                IngestOutcome.Challenged, await issuer.IssueAsync(frame, hello, cancellationToken), false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotAttested(beacon, exception);
            byte[] refusal = refusals.Write(frame, hello.DeviceNonce, AttestationOutcome.CouldNotCheck);
            return new FrameAnswer(IngestOutcome.CouldNotCheck, refusal, false);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Judges Evidence.</summary>
    /// <param name="sender">Who sends it, as far as the transport knows.</param>
    /// <param name="frame">The whole frame; not changed meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<FrameAnswer> OnEvidenceAsync(
        FrameSender sender, byte[] frame, CancellationToken cancellationToken)
    {
        EvidenceFrame evidence = new();
        WireError error = evidence.Read(frame, 0, frame.Length);
        bool isEvidence = error == WireError.None;
        if (!isEvidence && !sender.IsAuthenticated)
            return FrameAnswer.Of(IngestOutcomes.Of(error)); // nobody to hold it against
        BeaconId beacon = sender.Beacon ?? BeaconId.FromBytes(evidence.Hello.KeyHash);
        if (isEvidence && BeaconId.FromBytes(evidence.Hello.KeyHash) != beacon)
            return FrameAnswer.Of(IngestOutcome.BeaconMismatch);
        if (!await TryEnterAsync(sender, cancellationToken))
        {
            return new FrameAnswer(
                IngestOutcome.RateLimited,
                isEvidence ? RefusalWriter.BackOff(evidence.Hello.DeviceNonce) : default, false);
        }

        try
        {
            if (!await revocations.IsCurrentAsync(cancellationToken))
            {
                return new FrameAnswer(
                    IngestOutcome.CouldNotCheck, refusals.Write(frame, AttestationOutcome.CouldNotCheck), false);
            }

            AttestationAnswer? answer =
                await attestation.JudgeAsync(beacon, frame, sender.IsAuthenticated, cancellationToken);
            if (answer is null)
                return FrameAnswer.Of(IngestOutcome.JudgedBefore);
            IngestOutcome outcome = answer.Outcome switch
            {
                AttestationOutcome.Accepted => IngestOutcome.Attested,
                AttestationOutcome.CouldNotCheck => IngestOutcome.CouldNotCheck,
                _ => IngestOutcome.AttestationRefused,
            };
            return new FrameAnswer(outcome, answer.Frame, false);
        }
        finally
        {
            gate.Leave();
        }
    }

    private async ValueTask<bool> TryEnterAsync(FrameSender sender, CancellationToken cancellationToken) =>
        gate.Allows(sender) && await gate.TryEnterAsync(cancellationToken);
}
