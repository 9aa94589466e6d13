using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>Rows as the store would give them.</summary>
internal static class TestViews
{
    /// <summary>A live beacon.</summary>
    public static BeaconView Beacon(string name, DateTimeOffset now) => new(
        BeaconId.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(name))), name, "harbour", SecurityLevel.EmulatedChip,
        0xFFFF, null, now, now.AddMinutes(-5), now.AddHours(12), AttestationOutcome.Accepted, now.AddMinutes(-5), "", 5,
        "0.1.0", 1234, 7);
}

/// <summary>A store for reads that says what it is told to.</summary>
internal sealed class ScriptedQueries : IQueryStore
{
    public Exception? Failure { get; set; }

    public List<BeaconView> Beacons { get; } = [];

    public List<AttestationView> Attestations { get; } = [];

    public StatusView? Status { get; set; }

    public List<SightingView> Sightings { get; } = [];

    public List<PresenceView> Presence { get; } = [];

    public List<HourView> Hours { get; } = [];

    public List<CommandView> Commands { get; } = [];

    public List<ConfigurationView> Configurations { get; } = [];

    public List<DiagnosticsView> Diagnostics { get; } = [];

    public DateTimeOffset? PresenceSince { get; private set; }

    public Task<IReadOnlyList<BeaconView>> ListBeaconsAsync(int tenantId, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<BeaconView>>([.. Beacons]);

    public Task<BeaconView?> GetBeaconAsync(int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        AnswerAsync(Beacons.Find(beacon => beacon.Id == id));

    public Task<IReadOnlyList<AttestationView>> ListAttestationsAsync(
        int tenantId, BeaconId id, int limit, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<AttestationView>>([.. Attestations.Take(limit)]);

    public Task<IReadOnlyList<EvidenceView>> ListEvidenceAsync(
        int tenantId, BeaconId? after, int limit, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<EvidenceView>>([]);

    public Task<StatusView?> GetStatusAsync(int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        AnswerAsync(Status);

    public Task<IReadOnlyList<StatusRecordView>> ListStatusesAsync(
        int tenantId, BeaconId id, StatusFilter filter, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<StatusRecordView>>([]);

    public Task<IReadOnlyList<SightingView>> ListSightingsAsync(
        int tenantId, SightingFilter filter, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<SightingView>>([.. Sightings.Take(filter.Limit)]);

    public Task<IReadOnlyList<HourView>> ListHoursAsync(
        int tenantId, BeaconId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<HourView>>([.. Hours.Where(hour => hour.Hour >= from && hour.Hour < to)]);

    public Task<IReadOnlyList<PresenceView>> ListPresenceAsync(
        int tenantId, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        PresenceSince = since;
        return AnswerAsync<IReadOnlyList<PresenceView>>([.. Presence.Take(limit)]);
    }

    public Task<IReadOnlyList<AlarmView>> ListAlarmsAsync(
        int tenantId, AlarmFilter filter, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<AlarmView>>([]);

    public Task<IReadOnlyList<CommandView>> ListCommandsAsync(
        int tenantId, BeaconId id, uint? beforeId, int limit, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<CommandView>>([.. Commands.Take(limit)]);

    public Task<CommandView?> GetCommandAsync(
        int tenantId, BeaconId id, uint commandId, CancellationToken cancellationToken) =>
        AnswerAsync(Commands.Find(command => command.Id == commandId));

    public Task<IReadOnlyList<ConfigurationView>> ListConfigurationsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<ConfigurationView>>([.. Configurations]);

    public Task<IReadOnlyList<DiagnosticsView>> ListDiagnosticsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        AnswerAsync<IReadOnlyList<DiagnosticsView>>([.. Diagnostics]);

    private Task<T> AnswerAsync<T>(T answer) =>
        Failure is null ? Task.FromResult(answer) : Task.FromException<T>(Failure);
}

/// <summary>Keeps what a page asked of beacons, and answers as it is told to.</summary>
internal sealed class ScriptedCommander : IBeaconCommander
{
    public List<(BeaconId Beacon, BeaconCommand Command)> Asked { get; } = [];

    public ControlRequestOutcome Answer { get; set; } = ControlRequestOutcome.Added;

    public Exception? Failure { get; set; }

    public Task<ControlRequestOutcome> CommandAsync(BeaconId beacon, BeaconCommand command)
    {
        Asked.Add((beacon, command));
        return Failure is null
            ? Task.FromResult(Answer)
            : Task.FromException<ControlRequestOutcome>(Failure);
    }
}
