using Bunit;
using LumenLink.Rendezvous.Dashboard.Pages;
using LumenLink.Rendezvous.Dashboard.Parts;
using LumenLink.Rendezvous.Follow;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>The page that follows a sighting, over records that came in as sealed frames.</summary>
public sealed class TracePageTests : IAsyncLifetime
{
    private const string Name = "<b>attic</b><script>alert(1)</script>";
    private readonly BunitContext context = new();
    private RunningService service = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(service.Time);
        context.Services.AddSingleton(service.Get<Journeys>());
        context.Services.AddSingleton(service.Get<LumenMetrics>());
    }

    public async Task DisposeAsync()
    {
        await context.DisposeAsync();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Each_row_of_sightings_leads_to_its_steps_and_the_bytes_are_said_to_be_encoded_again()
    {
        TestBeacon beacon = await service.EnrolLiveAsync(Name);
        long boot = service.Now.AddMinutes(-3).ToUnixTimeMilliseconds();
        await service.SendAsync(beacon, TestRecords.Report(1, [0xC0FFEE123456, 0xB], boot, openTicks: 90_000));
        IReadOnlyList<SightingView> rows = await service.Store.ListSightingsAsync(
            1, new SightingFilter(null, null, null, null, null, 9), default);
        IRenderedComponent<SightingTable> table =
            context.Render<SightingTable>(parameters => parameters.Add(part => part.Sightings, rows));
        string[] links = [.. table.FindAll("[data-testid=trace-link]").Select(link => link.GetAttribute("href")!)];
        Assert.Equal(rows.Select(row => $"/trace/{row.RowId}"), links);

        IRenderedComponent<TracePage> page = Show(links[0]["/trace/".Length..]);
        Assert.Equal(
            ["radio", "record", "frame", "seal", "decision", "receipt", "rows", "answer"],
            page.FindAll("[data-testid=step]").Select(step => step.GetAttribute("data-part")));
        Assert.Equal($"{beacon.IdText}:5:1", page.Find("[data-testid=trace]").GetAttribute("data-record"));
        AngleSharp.Dom.IElement frame = page.Find("[data-part=frame]");
        Assert.Equal("false", frame.GetAttribute("data-kept"));
        Assert.Contains("not kept", frame.TextContent, StringComparison.Ordinal);
        Assert.Contains("encoded again", frame.TextContent, StringComparison.Ordinal);
        Assert.Contains("sequence", page.Find("[data-testid=fields]").TextContent, StringComparison.Ordinal);
        Assert.Contains(
            "\"address\": \"c0ffee123456\"", page.Find("[data-part=answer] pre").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            $"/api/v1/sightings?cursor={rows[0].RowId + 1}&limit=1",
            page.Find("[data-testid=answer]").GetAttribute("href"));
        Assert.Empty(page.FindAll("script"));
        Assert.Contains("&lt;script&gt;", page.Markup, StringComparison.Ordinal);

        // A heading for each step, under the one of the page.
        Assert.Single(page.FindAll("h1"));
        Assert.Equal(8, page.FindAll("li h2").Count);
    }

    [Fact]
    public void What_cannot_be_followed_is_said_and_nothing_else()
    {
        IRenderedComponent<TracePage> page = Show("1");
        Assert.Contains("is kept", page.Find("[data-testid=trace-unknown]").TextContent, StringComparison.Ordinal);
        page = Show("<b>");
        Assert.Contains(
            "must be the id of a sighting", page.Find("[data-testid=trace-unknown]").TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_said_and_asked_again()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Report(1, [1]));
        service.Gate.Failure = new IOException("secret path");
        IRenderedComponent<TracePage> page = Show($"{beacon.IdText}:5:1");
        Assert.DoesNotContain("secret path", page.Markup, StringComparison.Ordinal);
        service.Gate.Failure = null;
        await page.Find("[data-testid=store-down] button").ClickAsync(new());
        Assert.Equal(8, page.WaitForElements("[data-testid=step]").Count);
    }

    private IRenderedComponent<TracePage> Show(string id)
    {
        IRenderedComponent<TracePage> page =
            context.Render<TracePage>(parameters => parameters.Add(shown => shown.Id, id));
        page.WaitForState(
            () => page.FindAll("[data-testid=trace],[data-testid=trace-unknown],[data-testid=store-down]").Count > 0,
            TimeSpan.FromSeconds(60));
        return page;
    }
}
