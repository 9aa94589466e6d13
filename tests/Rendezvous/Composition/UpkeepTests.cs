using System.Threading.Channels;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging;
using Npgsql;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Composition;

/// <summary>Two replicas' upkeep over one real PostgreSQL, in time that is moved.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UpkeepTests(PostgresFixture postgres)
{
    private const string Holder = "pg_locks WHERE locktype = 'advisory' AND granted";

    private static readonly UpkeepJob[] All = Enum.GetValues<UpkeepJob>();

    [PostgresFact]
    public async Task One_replica_does_the_upkeep_and_another_takes_over_when_its_connection_is_cut()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        SteppedTime time = new();
        await using UpkeepReplica a = new(database, time);
        await a.StartAsync();
        Assert.True(await a.AskedAsync());
        await a.DidAsync(All);
        await using UpkeepReplica b = new(database, time);
        await b.StartAsync();
        Assert.False(await b.AskedAsync());
        Assert.Equal((1, 0), (a.Metrics.UpkeepHeld.Value, b.Metrics.UpkeepHeld.Value));
        time.Advance(UpkeepPolicy.Interval);
        await a.DidAsync(UpkeepJob.Trust, UpkeepJob.Presence, UpkeepJob.Deliveries, UpkeepJob.RollUp);
        Assert.False(await b.AskedAsync());

        await CutAsync(database);
        time.Advance(UpkeepPolicy.Interval);
        await a.SaidAsync(UpkeepEvent.Lost);
        Assert.True(await b.AskedAsync());
        await b.DidAsync(All);
        Assert.Equal((0, 1), (a.Metrics.UpkeepHeld.Value, b.Metrics.UpkeepHeld.Value));
        Assert.Equal(1, a.Metrics.UpkeepFailures(UpkeepJob.Trust).Value);
        time.Advance(UpkeepPolicy.Interval);
        Assert.False(await a.AskedAsync());
        Assert.Equal(1, await database.CountAsync(Holder));
    }

    [PostgresFact]
    public async Task A_replica_that_stops_frees_the_lock_at_once_and_keeps_no_connection()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        SteppedTime time = new();
        await using UpkeepReplica a = new(database, time);
        await a.StartAsync();
        await a.DidAsync(All);
        await a.StopAsync();
        await GoneAsync(database);
        await using UpkeepReplica b = new(database, time);
        await b.StartAsync();
        Assert.True(await b.AskedAsync());
    }

    /// <summary>
    /// What works under the lock is a transaction of the very session that has it: until that is rolled back the lock
    /// is taken, so no two replicas ever work at once, however a connection ended.
    /// </summary>
    [PostgresFact]
    public async Task Work_under_the_lock_is_of_the_session_that_has_it_and_ends_with_it()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        await using IRendezvousStore store = StoreFactory.Create(database.Settings);
        await using IRendezvousStore other = StoreFactory.Create(database.Settings);
        await using IUpkeepLock held = (await store.TryTakeUpkeepAsync(default))!;
        await using NpgsqlConnection blocking = ((PostgresDatabase)database).Connect();
        await blocking.OpenAsync();
        await ExecuteAsync(blocking, "BEGIN; LOCK TABLE diagnostics IN EXCLUSIVE MODE");
        Task work = held.Store.RetainAsync(DateTimeOffset.UtcNow, UpkeepPolicy.Retention, default);
        await UntilAsync(
            database, """
                SELECT count(*) = 1 FROM pg_locks AS w JOIN pg_locks AS h USING (pid)
                WHERE NOT w.granted AND w.relation = 'lumen.diagnostics'::regclass
                    AND h.locktype = 'advisory' AND h.granted
                """,
            work);
        Assert.Null(await other.TryTakeUpkeepAsync(default));
        await CutAsync(database);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => work);
        Assert.False(held.IsHeld);
        await using IUpkeepLock? taken = await other.TryTakeUpkeepAsync(default);
        Assert.NotNull(taken);
        await ExecuteAsync(blocking, "ROLLBACK");
        await taken.Store.RetainAsync(DateTimeOffset.UtcNow, UpkeepPolicy.Retention, default);
        await Assert.ThrowsAnyAsync<Exception>(
            () => held.Store.RetainAsync(DateTimeOffset.UtcNow, UpkeepPolicy.Retention, default));
    }

    /// <summary>
    /// A holder that is frozen, or behind a network that is gone, says nothing: PostgreSQL ends its session.
    /// </summary>
    [PostgresFact]
    public async Task A_holder_that_falls_silent_loses_its_session()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        await using var store = (PostgresStore)StoreFactory.Create(database.Settings);
        await using IUpkeepLock held = (await store.TryTakeUpkeepAsync(default))!;
        List<string> settings = await ((PostgresStore)held.Store).WriteAsync(
            work => work.Sql("""
                SELECT setting FROM pg_settings WHERE name IN (
                    'idle_session_timeout', 'idle_in_transaction_session_timeout', 'tcp_keepalives_idle')
                ORDER BY name
                """).ListAsync(row => row.Text(0)),
            default);
        Assert.Equal(["180000", "180000", "30"], settings);
        Assert.True(UpkeepPolicy.Silence > UpkeepPolicy.Interval);
    }

    [Fact]
    public async Task Sqlite_is_one_process_s_and_has_no_lock()
    {
        await using SqliteDatabase database = await SqliteDatabase.CreateAsync();
        await using UpkeepReplica only = new(database, new SteppedTime());
        await only.StartAsync();
        Assert.True(await only.AskedAsync());
        await only.DidAsync(All);
    }

    private static Task CutAsync(TestDatabase database) => ExecuteAsync(
        database, $"SELECT pg_terminate_backend(pid) FROM {Holder}", $"SELECT count(*) = 0 FROM {Holder}");

    private static Task GoneAsync(TestDatabase database) => ExecuteAsync(
        database, "SELECT 1", """
            SELECT count(*) = 0 FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'lumenlink upkeep'
            """);

    private static async Task ExecuteAsync(TestDatabase database, string sql, string until)
    {
        await database.ExecuteAsync(sql);
        await UntilAsync(database, until, new TaskCompletionSource().Task);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks the server, which has no event for its locks, until it says yes.</summary>
    private static async Task UntilAsync(TestDatabase database, string question, Task working)
    {
        await using NpgsqlConnection connection = ((PostgresDatabase)database).Connect();
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(question, connection);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (await command.ExecuteScalarAsync(limit.Token) is not true)
        {
            if (working.IsCompleted)
                await working;
        }
    }

    private enum UpkeepEvent
    {
        Taken = 1910,
        Lost = 1911,
        Failed = 1912,
        Done = 1914,
    }

    /// <summary>The upkeep of one replica; what it asks and logs can be awaited.</summary>
    private sealed class UpkeepReplica : IUpkeepStore, ILogger<Upkeep>, IAsyncDisposable
    {
        private readonly IRendezvousStore store;
        private readonly Upkeep upkeep;
        private readonly Channel<bool> asked = Channel.CreateUnbounded<bool>();
        private readonly Channel<(UpkeepEvent Event, string Text)> said =
            Channel.CreateUnbounded<(UpkeepEvent, string)>();

        public UpkeepReplica(TestDatabase database, TimeProvider time)
        {
            store = StoreFactory.Create(database.Settings);
            upkeep = new Upkeep(this, Metrics, time, this);
        }

        public LumenMetrics Metrics { get; } = new(Prometheus.Metrics.NewCustomRegistry());

        private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

        public Task StartAsync() => upkeep.StartAsync(default);

        public Task StopAsync() => upkeep.StopAsync(default);

        /// <summary>Whether it got the lock when it asked next.</summary>
        public async Task<bool> AskedAsync() => await asked.Reader.ReadAsync(Limit);

        /// <summary>Waits until it said so.</summary>
        public async Task<string> SaidAsync(UpkeepEvent wanted)
        {
            while (true)
            {
                (UpkeepEvent happened, string text) = await said.Reader.ReadAsync(Limit);
                if (happened == wanted)
                    return text;
            }
        }

        /// <summary>Waits until it did these jobs, in this order, and no other before.</summary>
        public async Task DidAsync(params UpkeepJob[] jobs)
        {
            foreach (UpkeepJob job in jobs)
                Assert.Contains($"job {job} ", await SaidAsync(UpkeepEvent.Done), StringComparison.Ordinal);
        }

        public async Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken)
        {
            IUpkeepLock? taken = await store.TryTakeUpkeepAsync(cancellationToken);
            asked.Writer.TryWrite(taken != null);
            return taken;
        }

        public Task<int> RollUpAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken) =>
            throw new NotSupportedException("jobs run over the lock's own connection");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            said.Writer.TryWrite(((UpkeepEvent)eventId.Id, formatter(state, exception)));

        public async ValueTask DisposeAsync()
        {
            await upkeep.StopAsync(default);
            upkeep.Dispose();
            await store.DisposeAsync();
        }
    }
}
