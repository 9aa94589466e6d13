using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    private readonly List<AlarmView> alarms = [];

    /// <summary>Thrown when an alarm is raised while it is set.</summary>
    public Exception? AlarmFailure { get; set; }

    public Task<AlarmView> RaiseAlarmAsync(
        int tenantId, BeaconId beacon, AlarmKind kind, string detail, long count, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        if (AlarmFailure is not null)
            throw AlarmFailure;
        lock (gate)
        {
            int index = alarms.FindIndex(alarm => alarm.Beacon == beacon && alarm.Kind == kind);
            AlarmView raised = index < 0
                ? new AlarmView(alarms.Count + 1, beacon, kind, now, now, count, detail, null, "")
                : alarms[index] with { LastAt = now, Count = alarms[index].Count + count, Detail = detail };
            if (index < 0)
                alarms.Add(raised);
            else
                alarms[index] = raised;
            return Task.FromResult(raised);
        }
    }

    public Task<AlarmView?> AcknowledgeAlarmAsync(
        int tenantId, long id, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nobody acknowledges here");

    public Task<IReadOnlyDictionary<AlarmKind, long>> CountOpenAlarmsAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyDictionary<AlarmKind, long>>(
                alarms.CountBy(alarm => alarm.Kind).ToDictionary(kind => kind.Key, kind => (long)kind.Value));
        }
    }

    public Task<int> PruneAlarmsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<IReadOnlyList<AlarmView>> ListAlarmsAsync(
        int tenantId, AlarmFilter filter, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<AlarmView>>([.. alarms]);
    }
}
