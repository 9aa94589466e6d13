using System.Net;
using System.Text;
using System.Text.Json;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>What a pack says, byte by byte and call by call.</summary>
public sealed class PackTests
{
    private static readonly string Golden = """
        {"aud":"lumenlink-dev","beacons":[{"attested_until":1906344000,"id":"AQIDBAUGBwg","last_seen":1906261140,
        "level":"emulated_chip","name":"Nordtor \"ö\"","region":"hall-2"}],"discovery":[
        {"channel":"eddystone_eid","frame":"30","service_uuid":"feaa"},{"channel":"scan_response",
        "service_uuid":"0aba7765-ab72-460c-9480-a500a963f450"}],"exp":1906261800,"iat":1906261200,"transports":[
        "https://lumen.example","mqtts://lumen.example:8883"],"version":9}
        """.ReplaceLineEndings("");

    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1_906_261_200);

    [Fact]
    public void The_signed_bytes_are_these()
    {
        Pack pack = new(
            "lumenlink-dev", Noon.AddMilliseconds(999), 9,
            [new PackBeacon(
                new BeaconId(0x0102030405060708), "Nordtor \"ö\"", "hall-2", SecurityLevel.EmulatedChip,
                Noon.AddHours(23), Noon.AddMinutes(-1))],
            ["https://lumen.example", "mqtts://lumen.example:8883"]);
        Assert.Equal(Golden, Encoding.UTF8.GetString(pack.Write()));
    }

    [Fact]
    public void Live_attested_beacons_are_selected_and_no_others()
    {
        BeaconView[] fleet =
        [
            View(1) with { LastSeenAt = Noon.AddSeconds(-90) },
            View(3) with { LastSeenAt = Noon.AddSeconds(-30), Region = "yard" },
            View(4) with { LastSeenAt = Noon - FleetPolicy.LiveWithin - TimeSpan.FromSeconds(1) },
            View(5) with { RevokedAt = Noon },
            View(6) with { AttestedUntil = Noon },
            View(7) with { AttestedUntil = null },
        ];
        Assert.Equal<ulong>([1, 3], Ids(null, 10).Order());
        Assert.Single(Ids(null, 1));
        Assert.Equal<ulong>([1], Ids("hall-2", 10));
        Assert.Empty(Ids("Hall-2", 10));

        ulong[] Ids(string? region, int limit) =>
            [.. Pack.Select(fleet, null, new SelectionRequest(region, null, null, limit, 7, Noon))
                .Select(beacon => beacon.Id.Value)];
    }

    [Fact]
    public async Task A_pack_has_what_is_best_where_the_client_is_and_says_nothing_of_the_client()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.EnrolLiveAsync(
            "near", enrolment => enrolment with { Location = new GeoPoint(525_200_100, 134_000_000) });
        await service.EnrolLiveAsync(
            "far", enrolment => enrolment with { Location = new GeoPoint(535_200_000, 134_000_000) });
        await service.EnrolLiveAsync("lost");
        const string Here = "\"near\":{\"latitude\":52.52,\"longitude\":13.4}";
        string pack = await service.PackAsync($"{{{Here}}}");
        JsonElement payload = service.Payload(pack);
        Assert.Equal("near", Names(payload).First());
        Assert.Equal(3, Names(payload).Count());
        Assert.Equal(["near"], Names(service.Payload(await service.PackAsync($"{{{Here},\"within_m\":100}}"))));
        Assert.Equal(payload.GetRawText(), service.Payload(await service.PackAsync($"{{{Here}}}")).GetRawText());
        Assert.DoesNotContain("127.0.0.1", payload.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            ["aud", "beacons", "discovery", "exp", "iat", "transports", "version"],
            payload.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("region:new:0", "old")]
    [InlineData("region:new:100", "new")]
    [InlineData("firmware:9.9.9:100", "new old")]
    public async Task A_roll_out_decides_who_gets_the_new_beacons(string rollOut, string names)
    {
        await using RunningService service = await RunningService.StartAsync(settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            RollOut = rollOut,
        });
        foreach (string region in (string[])["new", "old"])
            await service.EnrolLiveAsync(region, enrolment => enrolment with { Region = region });
        Assert.Equal(names.Split(' '), Names(service.Payload(await service.PackAsync())).Order());
    }

    [Fact]
    public async Task A_client_gets_a_pack_of_what_is_live_that_ends_soon()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon attic = await service.EnrolLiveAsync("attic", enrolment => enrolment with { Region = "loft" });
        await service.EnrolLiveAsync("cellar", enrolment => enrolment with { Region = "deep" });
        await service.EnrolAsync("never attested");
        await service.EnrolRefusedAsync("of somebody else");
        JsonElement all = service.Payload(await service.PackAsync());
        Assert.Equal(["attic", "cellar"], Names(all).Order());
        Assert.Equal(service.Now.ToUnixTimeSeconds(), all.GetProperty("iat").GetInt64());
        Assert.Equal(
            PackPolicy.Lifetime.TotalSeconds,
            all.GetProperty("exp").GetInt64() - all.GetProperty("iat").GetInt64());
        Assert.Equal(
            ["https://lumen.example", "mqtts://lumen.example:8883"],
            all.GetProperty("transports").EnumerateArray().Select(url => url.GetString()));

        JsonElement loft = service.Payload(await service.PackAsync("""{"region":"loft"}"""));
        JsonElement only = Assert.Single(loft.GetProperty("beacons").EnumerateArray());
        Assert.Equal(attic.IdText, only.GetProperty("id").GetString());
        Assert.Single(Names(service.Payload(await service.PackAsync("""{"limit":1}"""))));
    }

    [Fact]
    public async Task Calls_share_a_reading_and_its_version_and_the_next_reading_has_a_higher_one()
    {
        await using RunningService service = await RunningService.StartAsync();
        JsonElement first = service.Payload(await service.PackAsync());
        await service.EnrolLiveAsync("attic");
        service.Advance(PackPolicy.SnapshotAge - TimeSpan.FromMilliseconds(1));
        JsonElement same = service.Payload(await service.PackAsync());
        Assert.Equal(first.GetRawText(), same.GetRawText());
        service.Advance(TimeSpan.FromMilliseconds(1));
        JsonElement next = service.Payload(await service.PackAsync());
        Assert.Equal(Version(first) + 1, Version(next));
        Assert.Equal(["attic"], Names(next));
    }

    [Fact]
    public async Task A_version_never_goes_back_over_replicas_and_a_restart()
    {
        await using RunningService first = await RunningService.StartAsync();
        await using RunningService second = await first.StartReplicaAsync();
        long highest = 0;
        for (int round = 0; round < 3; round++)
        {
            foreach (RunningService replica in (RunningService[])[first, second])
            {
                long version = Version(replica.Payload(await replica.PackAsync()));
                Assert.True(version > highest, $"{version} after {highest}");
                highest = version;
            }

            first.Advance(PackPolicy.SnapshotAge);
        }

        await first.StopAsync();
        await first.StartAgainAsync();
        Assert.True(Version(first.Payload(await first.PackAsync())) > highest);
    }

    [Theory]
    [InlineData("[]", "request_malformed")]
    [InlineData("""{"near":1}""", "request_malformed")]
    [InlineData("""{"near":{"latitude":1}}""", "request_malformed")]
    [InlineData("""{"near":{"latitude":91,"longitude":0}}""", "invalid_parameter")]
    [InlineData("""{"near":{"latitude":1e999,"longitude":0}}""", "invalid_parameter")]
    [InlineData("""{"within_m":5}""", "invalid_parameter")]
    [InlineData("""{"near":{"latitude":1,"longitude":0},"within_m":0}""", "invalid_parameter")]
    [InlineData("""{"limit":0}""", "invalid_parameter")]
    [InlineData("""{"limit":257}""", "invalid_parameter")]
    [InlineData("""{"region":""}""", "invalid_parameter")]
    [InlineData("""{"region":"123456789012345678901234567890123"}""", "invalid_parameter")]
    public async Task What_no_pack_has_is_refused(string body, string code)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage response = await service.AskAsync(body);
        await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Without_a_key_for_packs_or_a_store_there_is_none_and_the_reason_is_told()
    {
        await using RunningService keyless = await RunningService.StartAsync(
            trust: material => material with { Keys = material.Keys with { Packs = null } });
        using HttpResponseMessage noKey = await keyless.AskAsync("");
        await RunningService.ProblemAsync(noKey, HttpStatusCode.ServiceUnavailable, "no_pack_key");
        Assert.Empty(PackScene.Kids(await keyless.KeysetAsync()));

        await using RunningService service = await RunningService.StartAsync();
        service.Gate.Failure = new IOException("no route to the database");
        using HttpResponseMessage noStore = await service.AskAsync("");
        await RunningService.ProblemAsync(noStore, HttpStatusCode.ServiceUnavailable, "store_unavailable");
        service.Gate.Failure = null;
        await service.PackAsync();
    }

    private static long Version(JsonElement payload) => payload.GetProperty("version").GetInt64();

    private static IEnumerable<string?> Names(JsonElement payload) =>
        payload.GetProperty("beacons").EnumerateArray().Select(beacon => beacon.GetProperty("name").GetString());

    private static BeaconView View(ulong id) => new(
        new BeaconId(id), "north gate", "hall-2", SecurityLevel.EmulatedChip, 0xFFFF, null, Noon, Noon.AddHours(-1),
        Noon.AddHours(1), LumenLink.Protocol.AttestationOutcome.Accepted, Noon.AddHours(-1), "", 1, "1.0.0", 0, 0);
}
