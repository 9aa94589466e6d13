using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>What is tried again, how long is waited, and what is told in the end.</summary>
public sealed class RetryTests
{
    private const string Nothing = """{"items":[]}""";

    [Fact]
    public async Task What_passes_is_tried_again_with_waits_that_may_double()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Problem(503, "not_ready", "Not yet."), StandIn.Break, StandIn.Problem(502, "x", "y"),
            StandIn.Json(Nothing));
        using LumenLinkClient client = service.Client(time);
        Assert.Empty(await client.FindAsync().ListAsync());
        Assert.Equal(4, service.Calls.Count);
        Assert.Equal(3, time.Waits.Count);
        foreach ((TimeSpan wait, int bound) in time.Waits.Zip([200, 400, 800]))
            Assert.InRange(wait.TotalMilliseconds, 0, bound);
    }

    [Fact]
    public void A_wait_is_drawn_from_all_of_its_bound_and_no_bound_is_passed()
    {
        Waits waits = new(new RetryPolicy(), TimeProvider.System);
        double draw = 0.5;
        waits.Draw = () => draw;
        TimeSpan first = TimeSpan.FromMilliseconds(200);
        Assert.Equal(
            [100, 200, 400, 800], Enumerable.Range(1, 4).Select(n => waits.Jitter(n, first).TotalMilliseconds));
        Assert.Equal(5_000, waits.Jitter(1_000, first).TotalMilliseconds);
        draw = 0;
        Assert.Equal(TimeSpan.Zero, waits.Jitter(4, first));
        double[] drawn = [.. Enumerable.Range(0, 50).Select(_ => new Waits(new(), TimeProvider.System).Draw())];
        Assert.All(drawn, value => Assert.InRange(value, 0, 1));
        Assert.True(drawn.Distinct().Count() > 40);
    }

    [Fact]
    public async Task The_services_wait_is_honoured_and_drawn_on()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Problem(429, "rate_limited", "Too much.", "7"),
            StandIn.Problem(503, "busy", "Busy.", time.GetUtcNow().AddSeconds(60).ToString("R")),
            StandIn.Json(Nothing));
        using LumenLinkClient client = new(service.Address, new LumenLinkClientOptions
        {
            Time = time,
            TryTimeout = QuickTime.Limit,
            Retry = new RetryPolicy { MaxRetryAfter = TimeSpan.FromMinutes(2) },
        });
        Assert.Empty(await client.FindAsync().ListAsync());
        TimeSpan[] waits = [.. time.Waits];
        Assert.InRange(waits[0].TotalSeconds, 7, 7.2);
        Assert.InRange(waits[0].TotalSeconds + waits[1].TotalSeconds, 60, 60.4);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_and_tries_that_are_over_are_told_with_the_services_code()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Problem(429, "rate_limited", "Too much.", "31"),
            StandIn.Problem(503, "busy", "Busy."));
        using LumenLinkClient client = service.Client(time);
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
        Assert.Equal(
            (LumenLinkError.Refused, 429, "rate_limited", TimeSpan.FromSeconds(31), true, "Too much. (rate_limited)"),
            (problem.Error, problem.Status, problem.Code, problem.RetryAfter, problem.IsTransient, problem.Message));
        Assert.Single(service.Calls);
        Assert.Empty(time.Waits);
        problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
        Assert.Equal((503, "busy"), (problem.Status, problem.Code));
        Assert.Equal(1 + new RetryPolicy().MaxTries, service.Calls.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task What_does_not_pass_is_not_tried_again(int status)
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Problem(status, "a_code", "Words."));
        using LumenLinkClient client = service.Client();
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
        Assert.Equal((status, "a_code", false), (problem.Status, problem.Code, problem.IsTransient));
        Assert.Single(service.Calls);
    }

    [Fact]
    public async Task Nobody_there_and_no_answer_in_time_are_unreachable()
    {
        StandIn gone = await StandIn.StartAsync(StandIn.Break);
        Uri address = gone.Address;
        await gone.DisposeAsync();
        QuickTime time = new();
        using LumenLinkClient client = new(address, Scene.Options(time));
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
        Assert.Equal((LumenLinkError.Unreachable, true), (problem.Error, problem.IsTransient));
        Assert.Equal(3, time.Waits.Count);

        await using StandIn silent = await StandIn.StartAsync(context =>
        {
            time.EndLimits();
            return StandIn.EventsAndSilence("")(context);
        });
        using LumenLinkClient waiting = silent.Client(time);
        problem = await Assert.ThrowsAsync<LumenLinkException>(() => waiting.GetPackAsync());
        Assert.Equal(LumenLinkError.Unreachable, problem.Error);
        Assert.Contains("in time", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_ends_and_is_not_tried_again()
    {
        using CancellationTokenSource source = new();
        await using StandIn service = await StandIn.StartAsync(async context =>
        {
            await source.CancelAsync();
            await StandIn.EventsAndSilence("")(context);
        });
        using LumenLinkClient client = service.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetPackAsync(null, source.Token));
        Assert.Single(service.Calls);
    }

    [Fact]
    public async Task A_refusal_is_one_short_line_without_the_key_whoever_wrote_it()
    {
        const string Key = "secret-key-0123456789";
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Problem(403, "Not A Code", $"Your key {Key}\\r\\nis \\u001b[31mbad " + new string('x', 1000)));
        using LumenLinkClient client = service.Client(apiKey: Key);
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.GetPackAsync());
        Assert.Null(problem.Code);
        Assert.DoesNotContain(Key, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(problem.Message, char.IsControl);
        Assert.InRange(problem.Message.Length, 100, 400);
    }
}
