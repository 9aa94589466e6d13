using System.Net;
using System.Text;
using System.Text.Json;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Resolve;

/// <summary>POST /api/v1/resolve over the whole service.</summary>
public sealed class ResolveApiTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Each_identifier_has_its_item_in_the_order_of_the_call()
    {
        (TestBeacon live, FleetBeacon first) = await EnrolAsync(service, "north gate");
        Assert.Equal(LumenLink.Rendezvous.Ingest.IngestOutcome.Attested, await service.AttestAsync(live));
        await service.SendAsync(live, TestRecords.Report(1, [1, 2, 3]));
        (_, FleetBeacon second) = await EnrolAsync(service, "south gate");
        await LookAsync(service);
        string known = Hex(first);
        JsonElement[] items = await ResolveAsync(service, Hex(second).ToUpperInvariant(), "00000000deadbeef", known);
        Assert.Equal(
            [Hex(second), "00000000deadbeef", known], items.Select(item => item.GetProperty("eid").GetString()));
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("beacon").ValueKind);
        JsonElement beacon = items[2].GetProperty("beacon");
        Assert.Equal(
            [
                "id", "region", "status", "live", "trusted", "security_level", "security_level_label", "attested_until",
                "last_seen_at",
            ],
            beacon.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (live.IdText, "attic", "live", true, true, "emulated_chip", "emulated chip"),
            (beacon.GetProperty("id").GetString(), beacon.GetProperty("region").GetString(),
                beacon.GetProperty("status").GetString(), beacon.GetProperty("live").GetBoolean(),
                beacon.GetProperty("trusted").GetBoolean(), beacon.GetProperty("security_level").GetString(),
                beacon.GetProperty("security_level_label").GetString()));
        Assert.Equal(service.Now, beacon.GetProperty("last_seen_at").GetDateTimeOffset());
        Assert.True(beacon.GetProperty("attested_until").GetDateTimeOffset() > service.Now);
        Assert.Equal("enrolled", items[0].GetProperty("beacon").GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, items[0].GetProperty("beacon").GetProperty("last_seen_at").ValueKind);
    }

    [Fact]
    public async Task A_silent_beacon_is_stale_without_another_reading()
    {
        (TestBeacon live, FleetBeacon known) = await EnrolAsync(service, "north gate");
        await service.AttestAsync(live);
        await LookAsync(service);
        service.Advance(LumenLink.Rendezvous.Query.FleetPolicy.LiveWithin + TimeSpan.FromSeconds(1));
        JsonElement beacon = (await ResolveAsync(service, Hex(known)))[0].GetProperty("beacon");
        Assert.Equal(
            ("stale", false), (beacon.GetProperty("status").GetString(), beacon.GetProperty("live").GetBoolean()));
    }

    [Fact]
    public async Task Enrolment_and_revocation_reach_another_replica()
    {
        await using RunningService other = await service.StartReplicaAsync();
        (TestBeacon beacon, FleetBeacon known) = await EnrolAsync(service, "north gate");
        await LookAsync(other);
        Assert.NotEqual(JsonValueKind.Null, (await ResolveAsync(other, Hex(known)))[0].GetProperty("beacon").ValueKind);
        using HttpResponseMessage revoked = await service.Http.PostAsync(
            $"/api/v1/admin/beacons/{beacon.IdText}/revocation", null);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await other.Get<Revocations>().LookAsync(default);
        foreach (RunningService replica in new[] { service, other })
        {
            JsonElement item = Assert.Single(await ResolveAsync(replica, Hex(known)));
            Assert.Equal(JsonValueKind.Null, item.GetProperty("beacon").ValueKind);
        }

        await service.StopAsync();
        await service.StartAgainAsync();
        await LoadedAsync(service);
        Assert.Equal(
            JsonValueKind.Null, (await ResolveAsync(service, Hex(known)))[0].GetProperty("beacon").ValueKind);
    }

    [Fact]
    public async Task A_beacon_of_another_tenant_looks_as_one_that_nobody_knows()
    {
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        (_, FleetBeacon theirs) = await EnrolAsync(service, "theirs", enrolment => enrolment with { TenantId = 2 });
        await LookAsync(service);
        JsonElement[] items = await ResolveAsync(service, Hex(theirs), "00000000deadbeef");
        Assert.Equal(
            items[1].GetRawText().Replace("00000000deadbeef", Hex(theirs), StringComparison.Ordinal),
            items[0].GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"eids":[]}""")]
    [InlineData("""{"eids":["a9b76a71c5f8929"]}""")]
    [InlineData("""{"eids":["a9b76a71c5f8929g"]}""")]
    [InlineData("""{"eids":["a9b76a71c5f892900"]}""")]
    [InlineData("""{"eids":["a9b76a71c5f8929\u0030"]}""")]
    [InlineData("""{"eids":[12]}""")]
    [InlineData("""{"eids":["a9b76a71c5f89290"],"more":1}""")]
    [InlineData("""{"eids":["a9b76a71c5f89290"]} {}""")]
    [InlineData("""{"eids":["a9b76a71c5f89290"]""")]
    [InlineData("""{"eids":"a9b76a71c5f89290"}""")]
    public async Task Another_body_is_refused(string body) => await RunningService.ProblemAsync(
        await PostAsync(service, body), HttpStatusCode.BadRequest, "request_malformed");

    [Fact]
    public async Task As_many_as_allowed_are_taken_and_one_more_is_refused()
    {
        await LoadedAsync(service);
        string[] most = [.. Enumerable.Range(0, ResolvePolicy.MaxEids).Select(i => $"{i:x16}")];
        Assert.Equal(most, (await ResolveAsync(service, most)).Select(item => item.GetProperty("eid").GetString()));
        await RunningService.ProblemAsync(
            await PostAsync(service, BodyOf([.. most, "0000000000000000"])), HttpStatusCode.BadRequest,
            "request_malformed");
        await RunningService.ProblemAsync(
            await PostAsync(service, new string(' ', 9000)), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task Without_the_store_the_answer_stops_when_revocations_are_not_known()
    {
        (_, FleetBeacon known) = await EnrolAsync(service, "north gate");
        await LookAsync(service);
        service.Gate.Failure = new TimeoutException("the store is away");
        Assert.NotEqual(
            JsonValueKind.Null, (await ResolveAsync(service, Hex(known)))[0].GetProperty("beacon").ValueKind);
        service.Advance(TrustPolicy.RevocationsCurrent + TimeSpan.FromSeconds(1));
        await RunningService.ProblemAsync(
            await PostAsync(service, BodyOf([Hex(known)])), HttpStatusCode.ServiceUnavailable, "store_unavailable");
        service.Gate.Failure = null;
        service.Advance(2 * TrustPolicy.RevocationsPoll);
        Assert.NotEqual(
            JsonValueKind.Null, (await ResolveAsync(service, Hex(known)))[0].GetProperty("beacon").ValueKind);
    }

    [Fact]
    public async Task A_secret_that_does_not_open_is_told_and_the_others_resolve()
    {
        TestBeacon broken = new("broken");
        await service.Store.EnrolAsync(broken.Enrolment(service.Operator), [1, 2, 3], "x", service.Now, default);
        (_, FleetBeacon known) = await EnrolAsync(service, "north gate");
        await LookAsync(service);
        Assert.NotEqual(
            JsonValueKind.Null, (await ResolveAsync(service, Hex(known)))[0].GetProperty("beacon").ValueKind);
    }

    private static async Task<(TestBeacon Beacon, FleetBeacon Known)> EnrolAsync(
        RunningService service, string name, Func<BeaconEnrolment, BeaconEnrolment>? alter = null)
    {
        TestBeacon beacon = new(name);
        FleetBeacon known = TestFleet.NewBeacon(beacon.Id.Value, (uint)(beacon.Id.Value % 100_000));
        byte[] secret = new byte[21];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(secret, known.Clock.Key);
        secret[16] = known.Clock.Exponent;
        BitConverter.TryWriteBytes(secret.AsSpan(17), known.Clock.OffsetS);
        BeaconEnrolment enrolment = beacon.Enrolment(service.Operator);
        Assert.Equal(
            EnrolOutcome.Enrolled,
            await service.Store.EnrolAsync(
                alter?.Invoke(enrolment) ?? enrolment,
                service.Get<SecretBox>().Seal(GrantWriter.EidPurpose(beacon.Id), secret), "x", service.Now, default));
        return (beacon, known);
    }

    private static async Task LoadedAsync(RunningService service) =>
        await service.Get<EidKeeper>().Loaded.WaitAsync(TimeSpan.FromMinutes(1));

    private static async Task LookAsync(RunningService service)
    {
        await LoadedAsync(service);
        await service.Get<EidKeeper>().LookAsync(default);
    }

    private string Hex(FleetBeacon beacon) =>
        $"{TestFleet.EidAt(beacon, service.Now.ToUnixTimeSeconds()):x16}";

    private static string BodyOf(string[] eids) => JsonSerializer.Serialize(new { eids });

    private static Task<HttpResponseMessage> PostAsync(RunningService service, string body) => service.Http.PostAsync(
        "/api/v1/resolve", new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement[]> ResolveAsync(RunningService service, params string[] eids)
    {
        using HttpResponseMessage response = await PostAsync(service, BodyOf(eids));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal("no-store", $"{response.Headers.CacheControl}");
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("items").EnumerateArray()];
    }
}
