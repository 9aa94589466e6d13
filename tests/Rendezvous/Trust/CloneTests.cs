using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>What two that share an identity do, and what one does that is delayed; by the whole service.</summary>
public sealed class CloneTests : IAsyncLifetime
{
    private RunningService service = null!;
    private TestBeacon beacon = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        beacon = await service.EnrolLiveAsync("attic");
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Evidence_of_an_earlier_boot_that_was_made_afterwards_is_an_alarm()
    {
        service.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(IngestOutcome.AttestationRefused, await AttestAsync(boot: 4));
        await AssertAlarmAsync("earlier_boot", 1);
        Assert.Equal(IngestOutcome.AttestationRefused, await AttestAsync(boot: 3));
        await AssertAlarmAsync("earlier_boot", 2);
    }

    [Fact]
    public async Task Evidence_of_an_earlier_boot_that_was_on_its_way_is_none()
    {
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        byte[] late = beacon.Evidence(hello, challenge);
        service.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(IngestOutcome.Attested, await AttestAsync(boot: 6));
        service.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(IngestOutcome.AttestationRefused, (await service.HandleAsync(beacon, late)).Outcome);
        await AssertNoneAsync();
    }

    [Fact]
    public async Task Two_that_run_in_one_boot_are_told_by_their_uptimes()
    {
        service.Advance(TimeSpan.FromHours(1));
        Assert.Equal(IngestOutcome.Attested, await AttestAsync(boot: 5, uptime: TimeSpan.FromMinutes(61)));
        await AssertNoneAsync();
        Assert.Equal(IngestOutcome.Attested, await AttestAsync(boot: 5, uptime: TimeSpan.FromMinutes(2)));
        await AssertAlarmAsync("uptime_behind", 1);
    }

    [Fact]
    public async Task Another_record_under_a_number_that_is_stored_is_an_alarm_and_the_first_one_stays()
    {
        byte[] first = beacon.Session!.Records(5, 1, TestRecords.Report(1, [7]), TestRecords.Report(2, [8]));
        byte[] other = beacon.Session.Records(5, 1, TestRecords.Report(1, [9]), TestRecords.Report(2, [8]));
        foreach (byte[] frame in (byte[][])[first, first])
            await service.HandleAsync(beacon, frame);
        await AssertNoneAsync();
        FrameAnswer answer = await service.HandleAsync(beacon, other);
        Assert.Equal(2u, beacon.Session.Receipt(answer.Reply.ToArray()).SettledThrough);
        await AssertAlarmAsync("record_conflict", 1);
        Assert.Equal(0, await service.Database.CountAsync("sightings WHERE address = 9"));
    }

    [Fact]
    public async Task A_new_token_of_an_earlier_boot_is_an_alarm_and_one_that_was_seen_is_none()
    {
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(5, 3));
        Assert.Equal(TokenOutcome.Accepted, await JudgeAsync(6, 1));
        service.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TokenOutcome.EarlierBoot, await JudgeAsync(5, 3));
        Assert.Equal(TokenOutcome.EarlierBoot, await JudgeAsync(5, 2));
        await AssertNoneAsync();
        Assert.Equal(TokenOutcome.EarlierBoot, await JudgeAsync(5, 4));
        await AssertAlarmAsync("earlier_boot_token", 1);
    }

    [Fact]
    public async Task A_suspected_beacon_is_not_trusted_and_stored_all_the_same_until_somebody_has_looked()
    {
        await service.SendAsync(beacon, TestRecords.Report(1, [7]));
        Assert.Equal(1, await CountGatewaysAsync(""));
        await service.HandleAsync(beacon, beacon.Session!.Records(5, 1, TestRecords.Report(1, [9])));
        await service.SendAsync(beacon, TestRecords.Report(2, [7]));

        JsonElement shown =
            (await service.ReadAsync($"/api/v1/beacons/{beacon.IdText}")).GetProperty("beacon");
        Assert.Equal(
            ("suspected", false, true, "record_conflict"),
            (shown.GetProperty("status").GetString(), shown.GetProperty("trusted").GetBoolean(),
                shown.GetProperty("clone_suspected").GetBoolean(),
                Assert.Single(shown.GetProperty("open_alarms").EnumerateArray()).GetString()));
        Assert.Equal(0, await CountGatewaysAsync(""));
        Assert.Equal(1, await CountGatewaysAsync("?status=suspected"));
        BeaconView view = (await service.Store.GetBeaconAsync(1, beacon.Id, default))!;
        Assert.Empty(Pack.Select([view], null, new SelectionRequest(null, null, null, 9, 1, service.Now)));
        Assert.Null(view.RevokedAt);

        await AcknowledgeAsync((await AlarmsAsync())[0].GetProperty("id").GetInt64());
        Assert.Equal(1, await CountGatewaysAsync(""));
        Assert.Equal(0, service.Get<LumenMetrics>().AlarmsOpen(AlarmKind.RecordConflict).Value);
        await service.HandleAsync(beacon, beacon.Session.Records(5, 1, TestRecords.Report(1, [9])));
        Assert.Equal(0, await CountGatewaysAsync(""));
    }

    [Fact]
    public async Task An_alarm_is_told_once_when_it_opens()
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(60));
        await using IAsyncEnumerator<LiveEvent> events =
            service.Get<ILiveFeed>().Subscribe(end.Token).GetAsyncEnumerator(end.Token);
        ValueTask<bool> next = events.MoveNextAsync();
        service.Advance(TimeSpan.FromSeconds(6));
        await AttestAsync(boot: 4);
        List<LiveEvent> seen = [];
        await AttestAsync(boot: 3);
        await AttestAsync(boot: 6);
        do
        {
            Assert.True(await next);
            seen.Add(events.Current);
            next = events.MoveNextAsync();
        }
        while (seen[^1] is not AttestationEvent { Outcome: AttestationOutcome.Accepted });
        AlarmEvent told = Assert.Single(seen.OfType<AlarmEvent>());
        Assert.Equal((AlarmKind.EarlierBoot, beacon.Id, 1), (told.Kind, told.Beacon, told.TenantId));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Alarms_that_the_store_does_not_take_change_nothing_else()
    {
        MemoryStore store = new() { AlarmFailure = new IOException("gone") };
        await using TestService failing = await new TestService(store: store).StartAsync();
        TestBeacon copied = await failing.EnrolAsync();
        await failing.AttestAsync(copied);
        await failing.HandleAsync(copied, copied.Session!.Records(5, 1, TestRecords.Report(1, [7])));
        FrameAnswer answer =
            await failing.HandleAsync(copied, copied.Session.Records(5, 1, TestRecords.Report(1, [9])));
        Assert.Equal(IngestOutcome.Duplicate, answer.Outcome);
        Assert.Equal(1, failing.Metrics.AlarmFailures.Value);
    }

    [Fact]
    public async Task Alarms_are_listed_in_pages()
    {
        foreach (AlarmKind kind in Enum.GetValues<AlarmKind>())
            await service.Store.RaiseAlarmAsync(1, beacon.Id, kind, "It happened.", 1, service.Now, default);
        JsonElement page = await service.ReadAsync("/api/v1/alarms?limit=3");
        string cursor = page.GetProperty("next_cursor").GetString()!;
        Assert.Equal(3, page.GetProperty("items").GetArrayLength());
        page = await service.ReadAsync($"/api/v1/alarms?limit=3&cursor={cursor}&beacon={beacon.IdText}");
        Assert.Equal("earlier_boot", page.GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
        await AcknowledgeAsync(page.GetProperty("items")[0].GetProperty("id").GetInt64());
        foreach ((string state, int count) in ((string, int)[])[("open", 3), ("acknowledged", 1), ("all", 4)])
        {
            page = await service.ReadAsync($"/api/v1/alarms?state={state}");
            Assert.Equal(count, page.GetProperty("items").GetArrayLength());
        }

        await service.RefusedAsync("/api/v1/alarms?state=new", HttpStatusCode.BadRequest, "invalid_parameter");
        await service.RefusedAsync("/api/v1/alarms?cursor=0", HttpStatusCode.BadRequest, "invalid_parameter");
    }

    private async Task AssertAlarmAsync(string kind, int count)
    {
        JsonElement alarm = Assert.Single(await AlarmsAsync());
        Assert.Equal(
            (kind, count, beacon.IdText, "open"),
            (alarm.GetProperty("kind").GetString(), alarm.GetProperty("count").GetInt32(),
                alarm.GetProperty("beacon").GetString(), alarm.GetProperty("state").GetString()));
        Assert.Equal(
            1, Enum.GetValues<AlarmKind>().Sum(each => service.Get<LumenMetrics>().AlarmsOpen(each).Value));
    }

    private async Task AssertNoneAsync() => Assert.Empty(await AlarmsAsync());

    private async Task<JsonElement[]> AlarmsAsync() =>
        [.. (await service.ReadAsync("/api/v1/alarms")).GetProperty("items").EnumerateArray()];

    private async Task<int> CountGatewaysAsync(string query)
    {
        service.Advance(FleetReadings.MaxAge);
        return (await service.ReadAsync("/api/v1/gateways" + query)).GetProperty("items").GetArrayLength();
    }

    private async Task AcknowledgeAsync(long id)
    {
        using HttpResponseMessage response = await service.Http.PostAsync(
            new Uri($"/api/v1/admin/alarms/{id}/acknowledge", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<IngestOutcome> AttestAsync(uint boot, TimeSpan? uptime = null)
    {
        beacon.Boot = boot;
        return service.AttestAsync(
            beacon, evidence => evidence.UptimeMs = (ulong)(uptime ?? TimeSpan.FromMinutes(1)).TotalMilliseconds);
    }

    private Task<TokenOutcome> JudgeAsync(uint boot, uint connect) => service.Get<ConnectionJudge>().JudgeTokenAsync(
        beacon.IdText, beacon.IdText, beacon.Token("lumenlink-dev", boot, connect), default);
}
