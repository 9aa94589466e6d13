using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Npgsql;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>What ingest notices of partitions that come and go.</summary>
public sealed partial class PostgresStoreTests
{
    private const string FirstDay = "2026-03-01";
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The transaction that reads a detached partition of many rows and removes it is kept open, as if it took for
    /// ever: the very beacon whose rows they are commits meanwhile, and its count is right afterwards.
    /// </summary>
    [PostgresFact]
    public async Task Ingest_does_not_wait_while_a_partition_is_read_and_dropped()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, [1], at: Noon);
        await FillAsync(beacon, 50_000);
        await Database.ExecuteAsync($"SELECT lumen.detach_sightings_partition('{FirstDay}')");
        await using NpgsqlConnection dropping = await BeginAsync("SELECT 1");
        Assert.Equal(50_001, await ScalarAsync(dropping, $"SELECT drop_sightings_partition('{FirstDay}')"));
        AssertNew(await CommitAsync(beacon, 1, 1, [2], at: Noon.AddDays(1)).WaitAsync(Hang), true);
        Assert.Equal(1, await ScalarAsync(dropping, "SELECT count(*) FROM lumen.sightings"));
        Assert.Equal(50_002, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
        await ScalarAsync(dropping, "COMMIT");
        await Store.RetainAsync(Noon.AddDays(8), Week, None);
        Assert.Equal(1, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
        Assert.Equal(0, await Database.CountAsync("dropped_sightings"));
    }

    /// <summary>What ingest does wait for reads no row, so it takes as long with many as with none.</summary>
    [PostgresFact]
    public async Task Partitions_are_made_and_detached_without_reading_a_row()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await FillAsync(beacon, 1000);
        await using NpgsqlConnection connection = await BeginAsync("SELECT 1");
        await ScalarAsync(connection, $"""
            SELECT 1 FROM (
                SELECT detach_sightings_partition('{FirstDay}'), add_sightings_partition('2026-04-01')) AS done
            """);
        Assert.Equal(0, await ScalarAsync(connection, """
            SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables
            WHERE relname LIKE 'sightings%'
            """));
        await ScalarAsync(connection, "COMMIT");
        Assert.Equal(1000, await Database.CountAsync("sightings_20260301"));
        Assert.Equal(0, await Database.CountAsync("sightings"));
    }

    /// <summary>
    /// A read that goes on keeps a partition; whoever wants to detach it gives up soon, so that ingest, which queues
    /// behind, goes on; and the next run does it.
    /// </summary>
    [PostgresFact]
    public async Task A_long_read_puts_retention_off_and_does_not_stop_ingest()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, [1], at: Noon);
        await Store.RetainAsync(Noon.AddDays(7), Week, None);
        await using NpgsqlConnection reading = await BeginAsync("SELECT count(*) FROM sightings");
        Task<int> retaining = Store.RetainAsync(Noon.AddDays(8), Week, None);
        await CommitAsync(beacon, 1, 1, [2], at: Noon.AddDays(7)).WaitAsync(Hang);
        var gaveUp = await Assert.ThrowsAsync<PostgresException>(() => retaining.WaitAsync(Hang));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, gaveUp.SqlState);
        AssertNew(await CommitAsync(beacon, 1, 1, [3], at: Noon.AddDays(7)).WaitAsync(Hang), true);
        await ScalarAsync(reading, "COMMIT");
        Assert.Equal(1, await Store.RetainAsync(Noon.AddDays(8), Week, None));
    }

    [PostgresFact]
    public async Task A_service_that_was_away_for_weeks_stores_at_once_and_sorts_later()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, [1], at: Noon);
        await CommitAsync(beacon, 1, 1, [2, 3], at: Noon.AddDays(30));
        Assert.Equal(2, await Database.CountAsync("sightings_default"));
        Assert.Equal(1, await Store.RetainAsync(Noon.AddDays(30), Week, None));
        Assert.Equal(2, await Database.CountAsync("sightings_20260331"));
        Assert.Equal(0, await Database.CountAsync("sightings_default"));
        Assert.Equal(2, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
    }

    [PostgresFact]
    public async Task A_clock_that_is_a_year_ahead_drops_nothing_and_what_it_stored_stays()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await Store.RetainAsync(now, Week, None);
        await CommitAsync(beacon, 1, 1, [1], at: now);
        await CommitAsync(beacon, 1, 1, [2], at: now.AddYears(1));
        Assert.Equal(0, await Store.RetainAsync(now.AddYears(1), Week, None));
        await CommitAsync(beacon, 1, 1, [3], at: now);
        Assert.Equal(0, await Store.RetainAsync(now, Week, None));
        Assert.Equal(3, await Database.CountAsync("sightings"));
        Assert.Equal(0, await Database.CountAsync("sightings_default"));
        Assert.Equal(3, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
    }

    private Task FillAsync(BeaconId beacon, int rows) => Database.ExecuteAsync($"""
        INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality,
            radio, address, address_type, key_day, rssi_dbm)
        SELECT 1, {unchecked((long)beacon.Value)}, 1, n, '{Noon:O}', 0, 9000, 0, 1, n, 1, 0, -60
        FROM generate_series(1, {rows}) AS n;
        UPDATE beacon_activity SET sighting_count = sighting_count + {rows}
        WHERE beacon_id = {unchecked((long)beacon.Value)}
        """);
}
