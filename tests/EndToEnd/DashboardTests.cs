using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// The dashboard as people see it: Chromium opens it while beacons report. Screenshots are left in
/// artifacts/screenshots.
/// </summary>
public sealed partial class DashboardTests
{
    private const int Beacons = 10;
    private const float PatienceMs = 120_000;

    [ChromiumFact]
    public async Task LiveBeaconsAreSeenAndMoveOnScreensLargeAndSmall()
    {
        await using UpRun run = UpRun.Start("--beacons", Beacons.ToString(CultureInfo.InvariantCulture));
        await run.LineAsync("boards attested");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = ChromiumFact.Program, Args = ["--no-sandbox"] });

        await using (Visit desktop = await Visit.OpenAsync(browser, run.Address, 1280, 860, ColorScheme.Light))
        {
            await SeesFleetAsync(desktop);
            await SeesItMoveAsync(desktop);
            await desktop.SaveAsync("dashboard");
            await SeesBeaconAsync(desktop);
            await desktop.SaveAsync("beacon");
            await SeesTraceAsync(desktop);
            await desktop.SaveAsync("trace");
            desktop.AssertNothingWentWrong();
        }

        await using (Visit phone = await Visit.OpenAsync(browser, run.Address, 390, 844, ColorScheme.Dark))
        {
            await SeesFleetAsync(phone);
            await Expect(phone.Page.GetByTestId("app")).ToHaveAttributeAsync("data-theme", "dark");
            int width = await phone.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 390, $"the page is {width} px wide on a phone of 390");
            await phone.SaveAsync("dashboard-phone-dark");

            // The newest sighting of all, as the command line follows it, on a phone.
            JsonElement journey = JsonDocument.Parse(
                await run.LumenAsync("trace", "latest", "--json", "--service", run.Address.ToString())).RootElement;
            await phone.Page.GotoAsync($"{run.Address}trace/{journey.GetProperty("sighting").GetString()}");
            await Expect(phone.Page.GetByTestId("step")).ToHaveCountAsync(8, new() { Timeout = PatienceMs });
            await Expect(phone.Page.GetByTestId("trace")).ToHaveAttributeAsync(
                "data-record", journey.GetProperty("record").GetString()!);
            width = await phone.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 390, $"the trace is {width} px wide on a phone of 390");
            await phone.SaveAsync("trace-phone-dark");
            phone.AssertNothingWentWrong();
        }
    }

    [ChromiumFact]
    public async Task AServiceThatDiesAndComesBackIsFollowedAgain()
    {
        await using UpRun run = UpRun.Start("--beacons", "2");
        await run.LineAsync("boards attested");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = ChromiumFact.Program, Args = ["--no-sandbox"] });
        await using Visit visit = await Visit.OpenAsync(browser, run.Address, 1280, 860, ColorScheme.Light);
        await Expect(visit.Live).Not.ToHaveCountAsync(0, new() { Timeout = PatienceMs });
        run.KillService();
        await run.LineAsync("service: died");
        await Expect(visit.Page.GetByText("connection to the service is lost")).ToBeVisibleAsync(
            new() { Timeout = PatienceMs });
        await Expect(visit.Page.GetByText("connection to the service is lost")).Not.ToBeVisibleAsync(
            new() { Timeout = PatienceMs });
        await Expect(visit.Live).Not.ToHaveCountAsync(0, new() { Timeout = PatienceMs });
        await SeesItMoveAsync(visit);
    }

    private static async Task SeesFleetAsync(Visit visit)
    {
        // The beacons, the one that runs Program.Main, the one without a chip.
        await Expect(visit.Live).ToHaveCountAsync(Beacons + 2, new() { Timeout = PatienceMs });
        foreach (ILocator row in await visit.Live.AllAsync())
        {
            bool hasChip = !(await row.InnerTextAsync()).Contains("no-chip", StringComparison.Ordinal);
            await Expect(row).ToHaveAttributeAsync("data-level", hasChip ? "emulated_chip" : "software");
            await Expect(row).ToContainTextAsync(
                hasChip ? "emulated chip" : "key in flash: can be copied", new() { IgnoreCase = true });
        }

        ILocator refused = visit.Page.Locator("[data-testid=fleet-row][data-status=refused]");
        await Expect(refused).ToHaveCountAsync(1, new() { Timeout = PatienceMs });
        await Expect(refused).ToContainTextAsync("foreign-ca");
        await Expect(refused.GetByTestId("refusal-reason")).ToContainTextAsync("certificate");
    }

    /// <summary>Numbers change by themselves, and the rate is not zero.</summary>
    private static async Task SeesItMoveAsync(Visit visit)
    {
        ILocator sightings = visit.Live.First.GetByTestId("sightings");
        string before = await sightings.InnerTextAsync();
        await Expect(sightings).Not.ToHaveTextAsync(before, new() { Timeout = PatienceMs });
        await Expect(visit.Page.GetByTestId("sightings-rate")).ToHaveTextAsync(
            NotZero(), new() { Timeout = PatienceMs });
    }

    private static async Task SeesBeaconAsync(Visit visit)
    {
        await visit.Live.First.GetByRole(AriaRole.Link).ClickAsync();
        ILocator beacon = visit.Page.GetByTestId("beacon");
        await Expect(beacon).ToHaveAttributeAsync("data-status", "live", new() { Timeout = PatienceMs });
        await Expect(beacon).ToContainTextAsync("emulated chip", new() { IgnoreCase = true });
        await Expect(visit.Page.GetByTestId("sighting-row")).Not.ToHaveCountAsync(0, new() { Timeout = PatienceMs });
    }

    private static async Task SeesTraceAsync(Visit visit)
    {
        await visit.Page.GetByTestId("trace-link").First.ClickAsync();
        await Expect(visit.Page.GetByTestId("step")).ToHaveCountAsync(8, new() { Timeout = PatienceMs });
        await Expect(visit.Page.GetByTestId("bytes")).ToHaveTextAsync(Bytes());
    }

    [GeneratedRegex("^[0-9a-f]{2}( [0-9a-f]{2})+$")]
    private static partial Regex Bytes();

    [GeneratedRegex("[1-9]")]
    private static partial Regex NotZero();

    /// <summary>One browser window on the dashboard, and what went wrong in it.</summary>
    private sealed class Visit : IAsyncDisposable
    {
        private readonly IBrowserContext context;
        private readonly List<string> wrong = [];

        private Visit(IBrowserContext context, IPage page, Uri address)
        {
            this.context = context;
            Page = page;
            page.PageError += (_, error) => Add($"script error: {error}");
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                    Add($"console: {message.Text}");
            };
            page.Request += (_, request) =>
            {
                if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal)
                    && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                    Add($"asked another place: {request.Url}");
            };
            page.Response += (_, response) =>
            {
                if (response.Status >= 400)
                    Add($"{response.Status} {response.Url}");
            };
        }

        public IPage Page { get; }

        public ILocator Live => Page.Locator("[data-testid=fleet-row][data-status=live]");

        public static async Task<Visit> OpenAsync(
            IBrowser browser, Uri address, int width, int height, ColorScheme colours)
        {
            IBrowserContext context = await browser.NewContextAsync(
                new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = colours });
            Visit visit = new(context, await context.NewPageAsync(), address);
            await visit.Page.GotoAsync(address.ToString());
            return visit;
        }

        public async Task SaveAsync(string name)
        {
            string folder = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "screenshots");
            byte[] picture = await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
            Assert.NotEmpty(picture);
        }

        public void AssertNothingWentWrong()
        {
            lock (wrong)
                Assert.Empty(wrong);
        }

        public ValueTask DisposeAsync() => context.DisposeAsync();

        private void Add(string what)
        {
            lock (wrong)
                wrong.Add(what);
        }
    }
}

/// <summary>
/// Needs Chromium (Debian package: chromium). Skipped where there is none, unless LUMENLINK_REQUIRE_CHROMIUM=1.
/// </summary>
public sealed class ChromiumFact : FactAttribute
{
    internal const string Program = "/usr/bin/chromium";

    public ChromiumFact()
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_CHROMIUM") != "1")
            Skip = $"{Program} is not there; install the Debian package chromium to run this";
    }
}
