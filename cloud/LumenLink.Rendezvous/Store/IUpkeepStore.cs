namespace LumenLink.Rendezvous.Store;

/// <summary>The store's upkeep: partitions, retention, pruning, roll-ups, which one replica does for all.</summary>
public interface IUpkeepStore
{
    /// <summary>
    /// Takes the lock of the upkeep; null while another replica has it. On SQLite there is nobody else.
    /// </summary>
    Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Counts the records and sightings of each hour that ended <see cref="UpkeepPolicy.HourSettles"/> ago and was not
    /// counted yet, and forgets hours older than <see cref="UpkeepPolicy.HoursKept"/>. Returns how many hours were
    /// counted.
    /// </summary>
    /// <param name="now">Service time.</param>
    /// <param name="retention">How far back there may be sightings.</param>
    /// <param name="cancellationToken">Stops between two hours.</param>
    Task<int> RollUpAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken);
}

/// <summary>The lock of the upkeep, until disposed or lost.</summary>
public interface IUpkeepLock : IAsyncDisposable
{
    /// <summary>
    /// The store over the very connection that holds the lock: a connection that is lost takes lock and unfinished work
    /// with it. For one caller at a time.
    /// </summary>
    IRendezvousStore Store { get; }

    /// <summary>False once the connection is known to be lost.</summary>
    bool IsHeld { get; }
}

/// <summary>What one replica does for all.</summary>
public enum UpkeepJob
{
    /// <summary>Spent nonces, ended sessions, keys that are over.</summary>
    Trust,

    /// <summary>Old commands.</summary>
    Control,

    /// <summary>Old poisoned records.</summary>
    Poisoned,

    /// <summary>Alarms that were acknowledged long ago.</summary>
    Alarms,

    /// <summary>API keys that ended long ago.</summary>
    ApiKeys,

    /// <summary>Who came and who went.</summary>
    Presence,

    /// <summary>Deliveries to webhooks whose time is over.</summary>
    Deliveries,

    /// <summary>Old entries of the audit.</summary>
    Audit,

    /// <summary>Old statuses.</summary>
    Statuses,

    /// <summary>Counts of hours.</summary>
    RollUp,

    /// <summary>Partitions ahead, sightings past retention.</summary>
    Retention,
}

/// <summary>When upkeep is done, and what it leaves.</summary>
internal static class UpkeepPolicy
{
    /// <summary>How often a replica without the lock tries to get it, and one with it looks what is due.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How often what is not urgent is done.</summary>
    public static readonly TimeSpan Seldom = TimeSpan.FromHours(1);

    /// <summary>How long sightings, statuses and diagnostics are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>How long after its end an hour is counted: longer than a commit takes and clocks differ.</summary>
    public static readonly TimeSpan HourSettles = TimeSpan.FromMinutes(10);

    /// <summary>How long the counts of an hour are kept.</summary>
    public static readonly TimeSpan HoursKept = TimeSpan.FromDays(31);

    /// <summary>
    /// After how long PostgreSQL ends the session of a holder that says nothing: frozen, or beyond a network that drops
    /// packets. A holder speaks once in an <see cref="Interval"/>.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    /// <summary>The end of the newest hour that is to be counted by now.</summary>
    public static DateTimeOffset CountedUntil(DateTimeOffset now) => HourOf(now - HourSettles);

    /// <summary>The start of the hour.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}

/// <summary>Where one process has the store to itself.</summary>
/// <param name="store">The store.</param>
internal sealed class SoleUpkeep(IRendezvousStore store) : IUpkeepLock
{
    /// <inheritdoc/>
    public IRendezvousStore Store => store;

    /// <inheritdoc/>
    public bool IsHeld => true;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
