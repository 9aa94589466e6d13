using Bunit;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Dashboard.Pages;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>The pages over a store that says what it is told to, rendered without a browser.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SteppedTime time = new();
    private readonly ScriptedQueries store = new();
    private readonly BunitContext context = new();
    private readonly LiveFeed feed;

    public PageTests()
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        feed = new LiveFeed(metrics);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton<TimeProvider>(time);
        context.Services.AddSingleton<IQueryStore>(store);
        context.Services.AddSingleton<ILiveFeed>(feed);
        context.Services.AddSingleton<IBeaconCommander>(new ScriptedCommander());
        context.Services.AddSingleton(metrics);
        context.Services.AddSingleton<FleetWatch>();
        context.Services.AddSingleton<LiveActivity>();
    }

    private DateTimeOffset Now => time.GetUtcNow();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await context.DisposeAsync();

    [Fact]
    public async Task The_fleet_names_each_beacon_with_its_level_and_why_it_was_refused()
    {
        store.Beacons.Add(TestViews.Beacon("north gate", Now));
        store.Beacons.Add(Refused("south gate"));
        IRenderedComponent<FleetPage> page = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        Assert.Equal(2, page.FindAll("[data-testid=fleet-row]").Count);
        var live = page.Find("[data-status=live]");
        Assert.Contains("north gate", live.TextContent, StringComparison.Ordinal);
        Assert.Contains("emulated chip", live.TextContent, StringComparison.Ordinal);
        Assert.Equal(("emulated_chip", "true"), (live.GetAttribute("data-level"), live.GetAttribute("data-trusted")));
        Assert.Equal("1\u202f234", live.QuerySelector("[data-testid=sightings]")!.TextContent);
        Assert.Equal(
            "Its certificate does not come from one of the operator's authorities.",
            page.Find("[data-status=refused] [data-testid=refusal-reason]").TextContent);
        Assert.Equal("1", page.Find("[data-testid=count-live]").TextContent);
        Assert.Equal("1", page.Find("[data-testid=count-trusted]").TextContent);
        Assert.Equal("1", page.Find("[data-testid=count-refused]").TextContent);
    }

    [Fact]
    public async Task A_name_that_is_markup_is_shown_as_text_on_every_page()
    {
        const string Name = "<script>alert('x')</script><img src=x onerror=alert(1)>";
        BeaconView beacon = TestViews.Beacon(Name, Now) with { Region = Name, FirmwareVersion = "\"><b>1</b>" };
        store.Beacons.Add(beacon);
        store.Presence.Add(new PresenceView(0xA, 0, 1, Now, beacon.Id, -40, 1, 1));
        IRenderedComponent<FleetPage> fleet = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        AssertText(fleet, ".lead a");
        IRenderedComponent<BeaconPage> one = await ShowAsync<BeaconPage>(
            "[data-testid=beacon]", parameters => parameters.Add(page => page.Id, beacon.Id.ToString()));
        AssertText(one, "h1");
        IRenderedComponent<PresencePage> presence = await ShowAsync<PresencePage>("[data-testid=presence-row]");
        AssertText(presence, "[data-testid=presence-row] a");

        static void AssertText<T>(IRenderedComponent<T> page, string selector)
            where T : IComponent
        {
            page.WaitForAssertion(() => Assert.Equal(Name, page.Find(selector).TextContent), Patience);
            Assert.Empty(page.FindAll("script"));
            Assert.Empty(page.FindAll("img"));
            Assert.Contains("&lt;script&gt;", page.Markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_search_from_a_later_page_shows_what_it_finds()
    {
        store.Beacons.AddRange(
            Enumerable.Range(0, 250).Select(number => TestViews.Beacon($"beacon {number:000}", Now)));
        IRenderedComponent<FleetPage> page = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        Assert.Equal(100, page.FindAll("[data-testid=fleet-row]").Count);
        await Later().ClickAsync(new());
        await Later().ClickAsync(new());
        Assert.Equal(50, page.FindAll("[data-testid=fleet-row]").Count);
        Assert.True(Later().HasAttribute("disabled"));
        page.Find("[data-testid=fleet-search]").Input("beacon 00");
        Assert.Equal(10, page.FindAll("[data-testid=fleet-row]").Count);
        page.Find("[data-testid=fleet-search]").Input("nobody");
        Assert.Contains("No beacon fits", page.Markup, StringComparison.Ordinal);

        AngleSharp.Dom.IElement Later() => page.FindAll(".pager button")[1];
    }

    [Fact]
    public async Task A_fleet_that_shrank_does_not_leave_its_reader_on_an_empty_page()
    {
        store.Beacons.AddRange(
            Enumerable.Range(0, 101).Select(number => TestViews.Beacon($"beacon {number:000}", Now)));
        IRenderedComponent<FleetPage> page = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        await page.FindAll(".pager button")[1].ClickAsync(new());
        Assert.Single(page.FindAll("[data-testid=fleet-row]"));
        store.Beacons.RemoveAt(100);
        await NextReadAsync(page);
        page.WaitForAssertion(() => Assert.Equal(100, page.FindAll("[data-testid=fleet-row]").Count), Patience);
    }

    [Fact]
    public async Task Filter_and_order_are_a_click_away()
    {
        store.Beacons.Add(TestViews.Beacon("a", Now));
        store.Beacons.Add(TestViews.Beacon("b", Now) with { SightingCount = 9000 });
        store.Beacons.Add(Refused("c"));
        IRenderedComponent<FleetPage> page = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        Assert.Equal(["a", "b", "c"], Names());
        await page.FindAll("button.sort")
            .Single(head => head.TextContent.StartsWith("Sightings", StringComparison.Ordinal)).ClickAsync(new());
        Assert.Equal(["b", "a", "c"], Names());
        await page.Find("[data-testid=filter-refused]").ClickAsync(new());
        Assert.Equal(["c"], Names());

        IEnumerable<string> Names() => page.FindAll("[data-testid=fleet-row] .lead a").Select(name => name.TextContent);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_said_beside_what_was_read()
    {
        store.Beacons.Add(TestViews.Beacon("north gate", Now));
        IRenderedComponent<FleetPage> page = await ShowAsync<FleetPage>("[data-testid=fleet-row]");
        store.Failure = new IOException("secret path");
        await NextReadAsync(page);
        page.WaitForElement("[data-testid=store-down]", Patience);
        Assert.Contains("north gate", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("secret path", page.Markup, StringComparison.Ordinal);
        store.Failure = null;
        await NextReadAsync(page);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=store-down]")), Patience);
    }

    [Fact]
    public async Task A_beacon_s_page_shows_its_hours_in_their_places_and_says_when_there_are_none()
    {
        BeaconView beacon = TestViews.Beacon("north gate", Now);
        store.Beacons.Add(beacon);
        IRenderedComponent<BeaconPage> empty = await ShowAsync<BeaconPage>(
            "[data-testid=hours] .empty", parameters => parameters.Add(shown => shown.Id, beacon.Id.ToString()));
        Assert.Contains("Nothing yet", empty.Markup, StringComparison.Ordinal);
        DateTimeOffset end = UpkeepPolicy.CountedUntil(Now);
        store.Hours.AddRange(
            [new HourView(end.AddHours(-HourCounts.Shown), 3, 120), new HourView(end.AddHours(-1), 4, 160),
                new HourView(end, 9, 900)]);
        HourCounts counts = HourCounts.Of(
            end.AddHours(-HourCounts.Shown), await store.ListHoursAsync(
                1, beacon.Id, end.AddHours(-HourCounts.Shown), end, default));
        Assert.Equal(
            (3, 120, 4, 160, 280),
            (counts.Records[0], counts.Sightings[0], counts.Records[^1], counts.Sightings[^1],
                counts.Sightings.Sum()));
        await NextReadAsync(empty);
        empty.WaitForElement("[data-testid=hours] figure", Patience);
        Assert.Contains(
            "280 sightings in", empty.Find("[data-testid=hours] .quiet").TextContent, StringComparison.Ordinal);
        Assert.Contains(
            "from 0 to 160", empty.Find("[data-testid=hours] figure").GetAttribute("aria-label")!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beacon_s_page_tells_the_refusal_and_the_verifier_s_sentence()
    {
        BeaconView beacon = Refused("south gate");
        store.Beacons.Add(beacon);
        store.Attestations.Add(
            new AttestationView(Now, AttestationOutcome.ChainUntrusted, "the issuer is not pinned", 5, ""));
        IRenderedComponent<BeaconPage> page = await ShowAsync<BeaconPage>(
            "[data-testid=refusal]", parameters => parameters.Add(shown => shown.Id, beacon.Id.ToString()));
        string refusal = page.Find("[data-testid=refusal]").TextContent;
        Assert.Contains("Its certificate does not come from", refusal, StringComparison.Ordinal);
        Assert.Contains("the issuer is not pinned", refusal, StringComparison.Ordinal);
        Assert.Contains("emulated chip", page.Find("[data-testid=beacon]").TextContent, StringComparison.Ordinal);
        Assert.Equal("ChainUntrusted", page.Find("[data-testid=attestation-row]").GetAttribute("data-outcome"));
        Assert.Contains("It has not sent a status yet.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beacon_that_may_have_been_copied_is_called_so_on_both_pages()
    {
        BeaconView beacon = TestViews.Beacon("attic", Now) with { OpenAlarms = AlarmKinds.RecordConflict };
        store.Beacons.Add(beacon);
        IRenderedComponent<BeaconPage> page = await ShowAsync<BeaconPage>(
            "[data-testid=suspected]", parameters => parameters.Add(shown => shown.Id, beacon.Id.ToString()));
        Assert.Contains(
            "Two different records came under one number.", page.Find("[data-testid=suspected]").TextContent,
            StringComparison.Ordinal);
        Assert.Equal("suspected", page.Find("[data-testid=beacon]").GetAttribute("data-status"));
        IRenderedComponent<FleetPage> fleet = await ShowAsync<FleetPage>("[data-testid=suspected]");
        Assert.Contains(
            "A beacon may have been copied.", fleet.Find("[data-testid=suspected]").TextContent,
            StringComparison.Ordinal);
        Assert.Equal("0", fleet.Find("[data-testid=count-trusted]").TextContent);
    }

    [Fact]
    public async Task A_status_with_the_largest_numbers_there_are_does_not_break_the_page()
    {
        BeaconView beacon = TestViews.Beacon("attic", Now);
        store.Beacons.Add(beacon);
        store.Status = new StatusView(Now, new StatusEntry(
            0, Now.ToUnixTimeMilliseconds(), long.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue,
            uint.MaxValue, uint.MaxValue, short.MinValue, byte.MaxValue, "0.1.0", new StatusDetailValues(
                new StatusTransport((TransportKind)byte.MaxValue, byte.MaxValue),
                new StatusRadioDuty(uint.MaxValue, 0, 0),
                new StatusFiltered(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue),
                null, (KeyHome)byte.MaxValue, null,
                new StatusFaults(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue))));
        store.Sightings.Add(new SightingView(
            1, beacon.Id, Now, Now.ToUnixTimeMilliseconds(), CaptureQuality.Received, 9, 0xFFFF_FFFF_FFFF,
            ushort.MaxValue, sbyte.MinValue));
        IRenderedComponent<BeaconPage> page = await ShowAsync<BeaconPage>(
            "[data-testid=beacon-status]", parameters => parameters.Add(shown => shown.Id, beacon.Id.ToString()));
        string status = page.Find("[data-testid=beacon-status]").TextContent;
        Assert.Contains("started: not known", status, StringComparison.Ordinal);
        Assert.Contains("one that this build does not know, number 256 of its list", status, StringComparison.Ordinal);
        Assert.Contains("21\u202f474\u202f836\u202f475 sightings", status, StringComparison.Ordinal);
        Assert.Equal("ffffffffffff", page.Find("[data-testid=sighting-row]").GetAttribute("data-address"));
    }

    [Fact]
    public async Task A_status_is_told_in_plain_words_and_its_radio_in_percent()
    {
        BeaconView beacon = TestViews.Beacon("attic", Now);
        store.Beacons.Add(beacon);
        store.Status = new StatusView(Now, new StatusEntry(
            0, Now.ToUnixTimeMilliseconds(), 1_000_000, 0, 0, 0, 0, null, null, null, (byte)BootReason.LinkHang,
            "0.1.0",
            new StatusDetailValues(
                new StatusTransport(TransportKind.Mqtt, 1), new StatusRadioDuty(7_000, 2_500, 123),
                new StatusFiltered(5, 0, 0, 0, 1_200), null, KeyHome.SecureElement, null,
                new StatusFaults(0, 3, 0, 0))));
        IRenderedComponent<BeaconPage> page = await ShowAsync<BeaconPage>(
            "[data-testid=beacon-status]", parameters => parameters.Add(shown => shown.Id, beacon.Id.ToString()));
        Assert.Contains(
            "started: its link was hanging", page.Find("[data-testid=beacon-status]").TextContent,
            StringComparison.Ordinal);
        Assert.Equal("MQTT, number 2 of its list", Told("transport"));
        Assert.Equal(
            "advertises 70 %, scans for Bluetooth 25 % and for Wi-Fi 1.2 % of its time", Told("radio"));
        Assert.Equal("1\u202f205 sightings since it started: by signal 5, unchanged 1\u202f200", Told("filtered"));
        Assert.Equal("in a secure element", Told("level"));
        Assert.Equal("3 since it started: chip 3", Told("faults"));

        store.Status = store.Status with { Status = store.Status.Status with { Details = default } };
        await NextReadAsync(page);
        page.WaitForAssertion(() => Assert.Equal("nothing told", Told("radio")), Patience);
        Assert.Equal(
            ["nothing told", "nothing told", "nothing told", "nothing told"],
            new[] { "transport", "filtered", "level", "faults" }.Select(Told));

        string Told(string part) => page.Find($"[data-testid=status-{part}]").TextContent.Trim();
    }

    [Theory]
    [InlineData("AQIDBAUGBwg")]
    [InlineData("<b>x</b>")]
    [InlineData("!!!!!!!!!!!")]
    public async Task A_beacon_that_is_not_there_is_said(string id)
    {
        IRenderedComponent<BeaconPage> page = await ShowAsync<BeaconPage>(
            "[data-testid=beacon-unknown]", parameters => parameters.Add(shown => shown.Id, id));
        Assert.Equal(id, page.Find("[data-testid=beacon-unknown] .mono").TextContent);
    }

    [Fact]
    public async Task Presence_shows_addresses_with_the_beacon_that_heard_them_loudest()
    {
        BeaconView beacon = TestViews.Beacon("north gate", Now);
        store.Beacons.Add(beacon);
        store.Presence.Add(new PresenceView(0xC0FFEE123456, 0, 1, Now, beacon.Id, -40, 2, 17));
        store.Presence.Add(new PresenceView(0xB, 22_000, 2, Now, new BeaconId(9), -80, 1, 1));
        IRenderedComponent<PresencePage> page = await ShowAsync<PresencePage>("[data-testid=presence-row]");
        await NextReadAsync(page);
        page.WaitForAssertion(() => Assert.Contains("north gate", page.Markup, StringComparison.Ordinal), Patience);
        var rows = page.FindAll("[data-testid=presence-row]");
        Assert.Equal(["c0ffee123456", "00000000000b"], rows.Select(row => row.GetAttribute("data-address")));
        Assert.Contains("raw", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("-40 dBm", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains(new BeaconId(9).ToString(), rows[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(Now.AddMinutes(-5), store.PresenceSince);
        page.Find("[data-testid=presence-search]").Input("C0:FF:EE");
        Assert.Single(page.FindAll("[data-testid=presence-row]"));
    }

    private BeaconView Refused(string name) => TestViews.Beacon(name, Now) with
    {
        LastOutcome = AttestationOutcome.ChainUntrusted,
        LastOutcomeDetail = "the issuer is not pinned",
        AttestedAt = null,
        AttestedUntil = null,
        LastSeenAt = null,
        SightingCount = 0,
    };

    /// <summary>Renders a page and waits for an element of it.</summary>
    private Task<IRenderedComponent<T>> ShowAsync<T>(
        string selector, Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        IRenderedComponent<T> page = context.Render<T>(builder => parameters?.Invoke(builder));
        page.WaitForElement(selector, Patience);
        return Task.FromResult(page);
    }

    /// <summary>Moves to the next read of the store and waits until the page has rendered after it.</summary>
    private Task NextReadAsync<T>(IRenderedComponent<T> page)
        where T : IComponent
    {
        int before = page.RenderCount;
        time.Advance(SharedReading<int>.Interval);
        page.WaitForState(() => page.RenderCount > before, Patience);
        return Task.CompletedTask;
    }
}
