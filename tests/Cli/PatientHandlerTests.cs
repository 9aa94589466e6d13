using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LumenLink.Cli.Beacon;

namespace LumenLink.Tests.Cli;

/// <summary>Calls of lumen that come too early.</summary>
public sealed class PatientHandlerTests
{
    private readonly NotedWaits time = new();
    private readonly List<string> bodies = [];

    [Fact]
    public async Task A_call_that_came_too_early_is_made_again_with_all_it_had()
    {
        using ServiceClient client = Client([TooEarly(1), TooEarly(2), (HttpStatusCode.OK, null)]);
        Assert.Equal("well", (await client.PostAsync("x", new { a = 1 })).GetProperty("it").GetString());
        Assert.Equal(["{\"a\":1}", "{\"a\":1}", "{\"a\":1}"], bodies);
        Assert.Equal([1, 2], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData(1, PatientHandler.MaxTries)] // not for ever
    [InlineData(60, 1)] // nor for long
    [InlineData(null, 1)]
    public async Task Patience_ends_and_the_refusal_is_told(int? waitS, int tries)
    {
        using ServiceClient client = Client([.. Enumerable.Repeat(TooEarly(waitS), 20)]);
        BeaconException problem = await Assert.ThrowsAsync<BeaconException>(() => client.GetAsync("x"));
        Assert.Equal(("rate_limited", false), (problem.Code, problem.IsInput));
        Assert.Equal(tries, bodies.Count);
    }

    private static (HttpStatusCode, int?) TooEarly(int? waitS) => (HttpStatusCode.TooManyRequests, waitS);

    private ServiceClient Client((HttpStatusCode Status, int? WaitS)[] answers) => new(
        new LentHandler(async request =>
        {
            bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync());
            (HttpStatusCode status, int? waitS) = answers[bodies.Count - 1];
            string text = status == HttpStatusCode.OK
                ? """{"it":"well"}"""
                : """{"code":"rate_limited","detail":"Later."}""";
            HttpResponseMessage response = new(status) { Content = new StringContent(text, Encoding.UTF8) };
            if (waitS is { } seconds)
                response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
            return response;
        }),
        null, "", _ => null, time);

    /// <summary>A clock whose ticks come at once, and are noted.</summary>
    private sealed class NotedWaits : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
                Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        }
    }
}
