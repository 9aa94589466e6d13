using System.Collections.Frozen;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// What became of one frame, of another MQTT packet or of a post of a beacon: log field, metric label and what tests
/// expect. The names of <see cref="WireError"/> appear here under the same name.
/// </summary>
public enum IngestOutcome
{
    /// <summary>Records: committed, at least one of them for the first time.</summary>
    Accepted,

    /// <summary>Records: all of them were there before; receipted again.</summary>
    Duplicate,

    /// <summary>
    /// Records: the same bytes waited for their commit already; this frame was not queued and is receipted with that.
    /// </summary>
    Joined,

    /// <summary>
    /// Records: the store takes at least one of them never. Those are set aside and refused by receipt, the others
    /// committed.
    /// </summary>
    SetAside,

    /// <summary>Hello: answered with a Challenge.</summary>
    Challenged,

    /// <summary>Evidence: accepted, a session is granted.</summary>
    Attested,

    /// <summary>Evidence: refused; the metric of attestations says why.</summary>
    AttestationRefused,

    /// <summary>Evidence: these very bytes were judged before; that verdict stands and nothing is answered.</summary>
    JudgedBefore,

    /// <summary>
    /// Evidence: could not be checked; neither passed nor failed. Of any other frame: who was revoked is not known now,
    /// so it is neither stored nor receipted, and comes again.
    /// </summary>
    CouldNotCheck,

    /// <summary>CommandAck: what became of a command or a configuration is noted.</summary>
    Acknowledged,

    /// <summary>CommandAck: of something that was acknowledged before; nothing changed.</summary>
    AcknowledgedBefore,

    /// <summary>A status hint.</summary>
    StatusHint,

    /// <summary>The bytes end before what they announce.</summary>
    TooShort,

    /// <summary>More bytes than a frame may have, or bytes behind its end.</summary>
    TooLong,

    /// <summary>Another major version.</summary>
    VersionUnknown,

    /// <summary>No such frame type.</summary>
    TypeUnknown,

    /// <summary>A known frame type, but not the one that was asked for.</summary>
    TypeNotExpected,

    /// <summary>Session id 0 in a frame that needs one.</summary>
    SessionMissing,

    /// <summary>A session id in a frame that has none.</summary>
    SessionNotZero,

    /// <summary>A field that has no meaning here is not zero.</summary>
    ReservedNotZero,

    /// <summary>A length field is out of its limits.</summary>
    LengthInvalid,

    /// <summary>A count field is out of its limits.</summary>
    CountInvalid,

    /// <summary>An extension runs past its room.</summary>
    ExtensionMalformed,

    /// <summary>The tag is not that of these bytes: forged, altered, or sealed for another session.</summary>
    TagMismatch,

    /// <summary>A field holds a value that it cannot have.</summary>
    ValueInvalid,

    /// <summary>Something that may occur once occurs again.</summary>
    Repeated,

    /// <summary>The beacon has no such session, or it ended.</summary>
    SessionUnknown,

    /// <summary>The session is another beacon's.</summary>
    SessionOfAnotherBeacon,

    /// <summary>The session is past its end.</summary>
    SessionExpired,

    /// <summary>The commit found the session ended: nothing of the frame was stored.</summary>
    SessionEnded,

    /// <summary>The beacon is revoked: nothing of the frame was stored.</summary>
    Revoked,

    /// <summary>CommandAck: of a number that was never sent to the beacon.</summary>
    AcknowledgementUnknown,

    /// <summary>A Hello or Evidence of another beacon than the one that sends it.</summary>
    BeaconMismatch,

    /// <summary>A publish on a topic that is not the sender's to write.</summary>
    TopicNotOwn,

    /// <summary>A subscription to anything but the sender's own down topic.</summary>
    SubscriptionNotOwn,

    /// <summary>More bytes than a packet may have; not read.</summary>
    PayloadTooLarge,

    /// <summary>A frame that only the service sends.</summary>
    TypeNotAllowed,

    /// <summary>QoS 2 or a retained message.</summary>
    DeliveryNotAllowed,

    /// <summary>The beacon does not take what is sent to it.</summary>
    DownlinkNotRead,

    /// <summary>More exchanges than the beacon may begin, or than the service takes at a time.</summary>
    RateLimited,

    /// <summary>The queue to the store is full: the beacon keeps its records and sends them again.</summary>
    QueueFull,

    /// <summary>The beacon has as many undecided frames here as one may have; it sends this one again.</summary>
    BeaconQueueFull,

    /// <summary>The store did not answer in time: nothing was receipted.</summary>
    StoreUnavailable,

    /// <summary>A fault of the service while it handled the packet.</summary>
    Fault,
}

/// <summary>Maps the wire's errors.</summary>
internal static class IngestOutcomes
{
    private static readonly FrozenDictionary<WireError, IngestOutcome> ByWireError =
        Enum.GetValues<WireError>().ToFrozenDictionary(
            error => error,
            error => Enum.TryParse(error.ToString(), out IngestOutcome outcome) ? outcome : IngestOutcome.Fault);

    /// <summary>The outcome of the same name. The wire's reading errors all have one; a test holds that.</summary>
    public static IngestOutcome Of(WireError error) => ByWireError[error];

    /// <summary>True for what a beacon in good order may cause.</summary>
    public static bool IsGood(IngestOutcome outcome) => outcome <= IngestOutcome.StatusHint;

    /// <summary>True for what is the service's fault, and passes: the beacon sends again.</summary>
    public static bool IsOurs(IngestOutcome outcome) =>
        outcome is IngestOutcome.StoreUnavailable or IngestOutcome.QueueFull or IngestOutcome.BeaconQueueFull
            or IngestOutcome.Fault;

    /// <summary>True for what is the beacon's fault.</summary>
    public static bool IsFault(IngestOutcome outcome) => !IsGood(outcome) && !IsOurs(outcome);
}
