using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What a policy would make of Evidence that is on record: the checks that ask the policy, and no other. Whether the
/// beacon signed it was judged when it came.
/// </summary>
internal static class PolicyTrial
{
    /// <summary>Judges one Evidence.</summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="environment">Where it would be in force.</param>
    /// <param name="frame">The Evidence frame as it came.</param>
    /// <param name="level">Level of the beacon's enrolment.</param>
    /// <param name="hardwareModel">Hardware model of its enrolment.</param>
    /// <returns>The first check that does not hold and its sentence, or Accepted.</returns>
    public static (AttestationOutcome Outcome, string Detail) Judge(
        ReferencePolicy policy, ServiceEnvironment environment, byte[] frame, SecurityLevel level, int hardwareModel)
    {
        EvidenceFrame evidence = new();
        WireError error = evidence.Read(frame, 0, frame.Length);
        if (error != WireError.None)
            return (AttestationOutcome.EvidenceMalformed, $"The evidence is malformed: {error}.");
        RegisteredBeacon beacon = new(
            default, [], new BeaconEnrolment(0, [], [], level, hardwareModel, "", ""), null, [], 0);
        CheckedEvidence checkedEvidence = new(
            new EvidenceCase(frame, beacon, null, null, [], new DeviceCas([]), policy, 0, environment, default),
            evidence);
        foreach (AttestationCheck check in AttestationChecks.OfPolicy)
        {
            if (check.Find(checkedEvidence) is { } found)
                return (check.Outcome, found);
        }

        return (AttestationOutcome.Accepted, "");
    }
}
