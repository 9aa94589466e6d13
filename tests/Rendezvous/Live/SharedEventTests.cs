using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit.Sdk;

namespace LumenLink.Tests.Rendezvous.Live;

/// <summary>/api/v1/stream of two replicas over one real Redis.</summary>
public sealed class SharedEventTests
{
    [RedisFact]
    public async Task What_happens_at_one_replica_is_told_at_both_in_one_order()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        using StreamReading here = await StreamReading.ConnectAsync(service.First);
        using StreamReading there = await StreamReading.ConnectAsync(service.Second);
        for (int i = 1; i <= 20; i++)
            Publish(i % 2 == 0 ? service.First : service.Second, i);
        List<string> first = await ReadAsync(here, 20);
        Assert.Equal(first, await ReadAsync(there, 20));
        Assert.Equal(20, first.Distinct().Count());

        TestBeacon beacon = await service.First.EnrolLiveAsync("attic");
        Assert.Equal("attestation", (await there.EventAsync()).Name);
        await service.First.SendAsync(beacon, TestRecords.Report(1, [5, 6]));
        (_, string name, JsonElement data) = await there.EventAsync();
        Assert.Equal(("sightings", 2), (name, data.GetProperty("count").GetInt32()));
        Assert.Equal(
            ["000000000005", "000000000006"],
            data.GetProperty("newest").EnumerateArray().Select(one => one.GetProperty("address").GetString()));
    }

    [RedisFact]
    public async Task A_reader_whose_replica_dies_goes_on_at_the_other_and_at_one_that_starts_then()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        string last;
        using (StreamReading stream = await StreamReading.ConnectAsync(service.Second))
        {
            Publish(service.Second, 1);
            last = (await stream.EventAsync()).Id;
            Publish(service.Second, 2);
            Assert.Equal(Name(2), Beacon(await stream.EventAsync()));
        }

        await service.Second.StopAsync();
        Publish(service.First, 3);
        using (StreamReading again = await StreamReading.ConnectAsync(service.First, after: last))
        {
            Assert.Equal(Name(2), Beacon(await again.EventAsync()));
            Assert.Equal(Name(3), Beacon(await again.EventAsync()));
        }

        await using RunningService third = await service.First.StartReplicaAsync();
        using StreamReading later = await StreamReading.ConnectAsync(third, after: last);
        Assert.Equal(Name(2), Beacon(await later.EventAsync()));
        Assert.Equal(Name(3), Beacon(await later.EventAsync()));
        Publish(service.First, 4);
        Assert.Equal(Name(4), Beacon(await later.EventAsync()));
    }

    [RedisFact]
    public async Task Where_what_followed_is_not_held_stands_a_gap()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        Publish(service.First, 1);
        using StreamReading stream = await StreamReading.ConnectAsync(service.Second, after: "5-0");
        (string id, string name, JsonElement data) = await stream.EventAsync();
        Assert.Equal(("", "gap", "not_held"), (id, name, data.GetProperty("reason").GetString()));
        Assert.Contains("/sightings", data.GetProperty("meaning").GetString(), StringComparison.Ordinal);

        // An id from ahead, as of another Redis, is waited for a moment and then none of ours.
        using StreamReading ahead = await StreamReading.ConnectAsync(service.Second, after: "99999999999999-0");
        Assert.Equal("not_held", (await ahead.EventAsync()).Data.GetProperty("reason").GetString());
    }

    [RedisFact]
    public async Task A_tenant_sees_its_own_events_of_both_replicas()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        await service.First.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        (string key, _) = await service.First.AddKeyAsync(ApiRole.Viewer, tenant: 2);
        using StreamReading theirs = await StreamReading.ConnectAsync(service.Second, key);
        using StreamReading ours = await StreamReading.ConnectAsync(service.Second);
        Publish(service.First, 1, tenant: 1);
        Publish(service.First, 2);
        Publish(service.First, 3, tenant: 2);
        Publish(service.First, 4, tenant: 1);
        Assert.Equal(Name(3), Beacon(await theirs.EventAsync()));
        foreach (int own in (int[])[1, 2, 4])
            Assert.Equal(Name(own), Beacon(await ours.EventAsync()));
    }

    [RedisFact]
    public async Task Without_Redis_a_replica_tells_its_own_and_says_so_and_with_it_all_again()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        using StreamReading stream = await StreamReading.ConnectAsync(service.First);
        Publish(service.Second, 1);
        string last = (await stream.EventAsync()).Id;
        await service.KillRedisAsync();
        Assert.Equal("replicas_away", await ReasonAsync(stream));
        Publish(service.First, 2);
        Publish(service.Second, 3);
        (string id, _, JsonElement data) = await stream.EventAsync();
        Assert.Equal(("", Name(2)), (id, data.GetProperty("beacon").GetString()));
        using (StreamReading late = await StreamReading.ConnectAsync(service.First))
            Assert.Equal("replicas_away", await ReasonAsync(late));

        await service.RestartRedisAsync();
        Assert.Equal("replicas_back", await ReasonAsync(stream));
        await OpenAsync(service);
        Publish(service.Second, 4);
        Assert.Equal(Name(4), Beacon(await AfterGapsAsync(stream)));

        // Nothing is pretended to be whole across that time.
        using StreamReading across = await StreamReading.ConnectAsync(service.Second, after: last);
        Assert.Equal("not_held", await ReasonAsync(across));
    }

    [RedisFact]
    public async Task Whatever_somebody_writes_into_Redis_breaks_no_stream()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        using StreamReading stream = await StreamReading.ConnectAsync(service.First);
        IDatabase redis = await DatabaseAsync(service);
        foreach (string garbage in (string[])["", "x", "{}", "{\"v\":1}", new string('x', 100_000)])
            await redis.StreamAddAsync(SharedEvents.Key, SharedEvents.Field, garbage);
        await redis.StreamAddAsync(SharedEvents.Key, "other", "1");
        Publish(service.Second, 1);
        Assert.Equal(Name(1), Beacon(await stream.EventAsync()));

        // A stream that is taken away is a gap, not an end.
        await redis.KeyDeleteAsync(SharedEvents.Key);
        Assert.Equal("replicas_back", await ReasonAsync(stream));
        Publish(service.First, 2);
        Assert.Equal(Name(2), Beacon(await AfterGapsAsync(stream)));
        Assert.NotNull(await redis.KeyTimeToLiveAsync(SharedEvents.Key));
    }

    [RedisFact]
    public async Task Redis_holds_no_more_events_than_readers_can_go_back_to()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync();
        IDatabase redis = await DatabaseAsync(service);
        string text = System.Text.Encoding.UTF8.GetString(
            EventText.Write(new GapEvent(service.First.Now, GapReason.ReplicasBack)));
        await Task.WhenAll(Enumerable.Range(0, 3 * LivePolicy.Kept).Select(_ =>
            redis.StreamAddAsync(SharedEvents.Key, SharedEvents.Field, text)));
        await OpenAsync(service);
        Publish(service.Second, 1);
        long length = 3 * LivePolicy.Kept;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer again = new(TimeSpan.FromMilliseconds(20)); // there is no event of it
        while (length >= 3 * LivePolicy.Kept && await again.WaitForNextTickAsync(patience.Token))
            length = await redis.StreamLengthAsync(SharedEvents.Key);
        Assert.InRange(length, LivePolicy.Kept, LivePolicy.Kept + 200);
    }

    private static void Publish(RunningService replica, int number, int? tenant = null) =>
        replica.Get<LiveFeed>().Publish(
            new ConnectionRefusedEvent(replica.Now, Name(number), TokenOutcome.Used, tenant));

    private static string Name(int number) => new LumenLink.Rendezvous.Registry.BeaconId((ulong)number).ToString();

    private static string? Beacon((string Id, string Name, JsonElement Data) one) =>
        one.Data.TryGetProperty("beacon", out JsonElement beacon)
            ? beacon.GetString()
            : throw new XunitException($"{one.Name} {one.Data}");

    private static async Task<string?> ReasonAsync(StreamReading stream) =>
        (await stream.EventAsync()).Data.GetProperty("reason").GetString();

    private static async Task<List<string>> ReadAsync(StreamReading stream, int count)
    {
        List<string> read = [];
        while (read.Count < count)
        {
            (string id, _, JsonElement data) = await stream.EventAsync();
            read.Add($"{id} {data.GetProperty("beacon").GetString()}");
        }

        return read;
    }

    /// <summary>Each replica says by itself that it is back.</summary>
    private static async Task<(string Id, string Name, JsonElement Data)> AfterGapsAsync(StreamReading stream)
    {
        while (true)
        {
            (string Id, string Name, JsonElement Data) one = await stream.EventAsync();
            if (one.Name != "gap")
                return one;
        }
    }

    /// <summary>Both replicas send to all again: each has told itself so.</summary>
    private static async Task OpenAsync(RedisReplicas service)
    {
        foreach (RunningService replica in service.Both)
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
            using PeriodicTimer again = new(TimeSpan.FromMilliseconds(20)); // there is no event of it
            while (!replica.Get<LiveOutbox>().IsOpen)
                await again.WaitForNextTickAsync(patience.Token);
        }
    }

    private static async Task<IDatabase> DatabaseAsync(RedisReplicas service)
    {
        IDatabase? database = null;
        await service.First.Get<RedisLink>().AskAsync(redis => Task.FromResult((database = redis) is not null));
        return database!;
    }
}
