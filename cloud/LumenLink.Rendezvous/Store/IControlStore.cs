using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>What became of a request to command or configure a beacon.</summary>
public enum ControlRequestOutcome
{
    /// <summary>It is stored, and delivered when the beacon can be reached.</summary>
    Added,

    /// <summary>The tenant has no such beacon.</summary>
    BeaconUnknown,

    /// <summary>The beacon is revoked: nothing reaches it any more.</summary>
    BeaconRevoked,

    /// <summary>As many commands of the beacon as allowed wait already.</summary>
    TooManyPending,

    /// <summary>The newest configuration is another than the caller read.</summary>
    Changed,
}

/// <summary>How the delivery of a command or a configuration stands.</summary>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="SentCount">How often it was sent.</param>
/// <param name="SentAt">When it was sent last; null before the first time.</param>
/// <param name="AckedAt">When the beacon said what became of it; null while it has not.</param>
/// <param name="Outcome">What it said; perhaps a number without a name.</param>
/// <param name="Detail">What it added, for people.</param>
public sealed record DeliveryState(
    DateTimeOffset CreatedAt, string RequestedBy, int SentCount, DateTimeOffset? SentAt, DateTimeOffset? AckedAt,
    ControlOutcome? Outcome, string Detail)
{
    /// <summary>What was just asked for.</summary>
    public static DeliveryState New(DateTimeOffset at, string by) => new(at, by, 0, null, null, null, "");
}

/// <summary>A command of a beacon.</summary>
/// <param name="Id">Rises from command to command of its beacon, from 1.</param>
/// <param name="Command">What to do.</param>
/// <param name="Argument">What the command says of it.</param>
/// <param name="ExpiresAt">From then on it is not sent any more, nor carried out.</param>
/// <param name="Delivery">How it stands.</param>
public sealed record CommandView(
    uint Id, BeaconCommand Command, ushort Argument, DateTimeOffset ExpiresAt, DeliveryState Delivery);

/// <summary>A configuration of a beacon.</summary>
/// <param name="Version">Rises from configuration to configuration of its beacon, from 1.</param>
/// <param name="Text">Its lines.</param>
/// <param name="Delivery">How it stands.</param>
public sealed record ConfigurationView(uint Version, string Text, DeliveryState Delivery);

/// <summary>What a beacon told of itself on command.</summary>
/// <param name="Boot">Boot of the record.</param>
/// <param name="Sequence">Its number within that boot.</param>
/// <param name="CapturedUnixMs">When it was made.</param>
/// <param name="ReceivedAt">When it was stored.</param>
/// <param name="Text">Lines for people.</param>
public sealed record DiagnosticsView(
    uint Boot, uint Sequence, long CapturedUnixMs, DateTimeOffset ReceivedAt, string Text);

/// <summary>What is to be sent to a beacon now; it counts as sent.</summary>
/// <param name="Command">The command whose turn it is, or null.</param>
/// <param name="SignedConfiguration">
/// Bytes of a Config frame between header and tag, or null.
/// </param>
public sealed record ControlDue(CommandView? Command, byte[]? SignedConfiguration)
{
    /// <summary>Nothing.</summary>
    public static readonly ControlDue Nothing = new(null, null);
}

/// <summary>An acknowledgement of a beacon, under a session whose tag was checked.</summary>
/// <param name="Beacon">Who says it.</param>
/// <param name="SessionId">The session that sealed it; this confirms it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Number">Command id or configuration version.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">More, for people.</param>
public sealed record ControlAck(
    BeaconId Beacon, uint SessionId, ControlSubject Subject, uint Number, ControlOutcome Outcome, string Detail);

/// <summary>What became of an acknowledgement.</summary>
public enum ControlAckOutcome
{
    /// <summary>It is the first, or goes on from an earlier one: noted.</summary>
    Noted,

    /// <summary>What it is about was acknowledged before: nothing changed.</summary>
    Repeated,

    /// <summary>Nothing of this number was ever sent to this beacon.</summary>
    Unknown,

    /// <summary>Its session is not live any more: nothing changed.</summary>
    SessionEnded,

    /// <summary>The beacon is revoked: nothing changed.</summary>
    Revoked,
}

/// <summary>
/// Commands and configurations: asked for, sent, acknowledged. Reads are in <see cref="IQueryStore"/>.
/// </summary>
public interface IControlStore
{
    /// <summary>Adds a command with the next id of its beacon; null unless <c>Added</c>.</summary>
    Task<(ControlRequestOutcome Outcome, CommandView? Command)> AddCommandAsync(
        int tenantId, BeaconId beacon, BeaconCommand command, ushort argument, DateTimeOffset expiresAt,
        string requestedBy, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a configuration with the next version of its beacon, above the one that its status tells too; earlier ones
    /// that were not acknowledged are not sent any more. Null unless <c>Added</c>.
    /// </summary>
    /// <param name="tenantId">Whose beacon it must be.</param>
    /// <param name="beacon">Which.</param>
    /// <param name="text">The lines.</param>
    /// <param name="sign">
    /// Gives, for a version, the bytes of a Config frame between header and tag. May be called more than once.
    /// </param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="now">Service time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="after">The version that must be the newest; 0: there must be none; null: whichever.</param>
    Task<(ControlRequestOutcome Outcome, ConfigurationView? Configuration)> AddConfigurationAsync(
        int tenantId, BeaconId beacon, string text, Func<uint, byte[]> sign, string requestedBy, DateTimeOffset now,
        CancellationToken cancellationToken, uint? after = null);

    /// <summary>Beacons to which something is to be sent now, whoever owns them.</summary>
    Task<IReadOnlyList<BeaconId>> ListControlDueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// What is to be sent to a beacon now under this session, which must live and be confirmed; it counts as sent when
    /// this returns, so of several replicas one sends it. Of commands one at a time, in order of id.
    /// </summary>
    Task<ControlDue> ClaimControlAsync(
        BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Notes an acknowledgement in one transaction with the check of session and revocation, and confirms the session.
    /// The first of a command counts. A configuration that is accepted goes on to what follows, once.
    /// </summary>
    Task<ControlAckOutcome> AcknowledgeAsync(ControlAck ack, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Forgets commands past their time, never a beacon's last one. Returns how many went.</summary>
    Task<int> PruneControlAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
