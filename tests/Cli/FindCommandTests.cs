using System.CommandLine;
using System.Net;
using System.Text;
using LumenLink.Cli.Find;

namespace LumenLink.Tests.Cli;

/// <summary>lumen find, resolve and watch over a service that answers as it is told to.</summary>
public sealed class FindCommandTests
{
    private const string Eid = "0102030405060708";

    private const string Gateway =
        """
        {"id":"AQIDBAUGBwg","name":"north [gate]\u001b[2J","region":"hall-2","status":"live","trusted":true,
        "security_level":"emulated_chip","security_level_label":"emulated chip",
        "last_seen_at":"2030-01-31T08:00:00+00:00"}
        """;

    [Fact]
    public void Beacons_are_found_over_all_pages_and_shown_as_a_table()
    {
        Scripted service = new(
            $$"""{"items":[{{Gateway}}],"next_cursor":"AQIDBAUGBwg"}""", $$"""{"items":[{{Gateway}}]}""");
        Run run = service.Run(
            "find", "--region", "hall-2", "--status", "all", "--level", "emulated_chip", "--near", "52.5,-13.25",
            "--within", "250");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("AQIDBAUGBwg", run.Output, StringComparison.Ordinal);
        Assert.Contains("north [gate] [2J", run.Output, StringComparison.Ordinal);
        Assert.Contains("2030-01-31 08:00:00 UTC", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 beacons\n", run.Output, StringComparison.Ordinal);
        const string Call = "GET http://127.0.0.1:8080/api/v1/gateways?region=hall-2&status=all&level=emulated_chip"
            + "&near=52.5%2C-13.25&within_m=250";
        Assert.Equal([Call, Call + "&cursor=AQIDBAUGBwg"], service.Calls);
    }

    [Fact]
    public void JSON_is_a_line_each()
    {
        Scripted service = new($$"""{"items":[{{Gateway}},{{Gateway}}]}""");
        string[] lines = service.Run("find", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("{\"id\":\"AQIDBAUGBwg\",", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"security_level\":\"emulated_chip\"", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("/api/v1/gateways?status=live", Assert.Single(service.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public void Identifiers_are_resolved_and_an_unknown_one_is_said_to_be_so()
    {
        string answer = $$"""
            {"items":[{"eid":"{{Eid}}","beacon":{"id":"AQIDBAUGBwg","region":"hall-2","status":"stale",
            "trusted":true,"security_level":"secure_element","security_level_label":"secure element","live":false} },
            {"eid":"00000000000000ff","beacon":null}]}
            """;
        Scripted service = new(answer, answer);
        Run run = service.Run("resolve", Eid, "00000000000000FF");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Matches("0102030405060708.*AQIDBAUGBwg.*hall-2.*stale.*secure element", run.Output);
        Assert.Matches("00000000000000ff.*unknown", run.Output);
        Assert.EndsWith($$"""{"eids":["{{Eid}}","00000000000000ff"]}""", service.Calls[0], StringComparison.Ordinal);
        Assert.Contains(
            "{\"eid\":\"00000000000000ff\",\"beacon\":null}\n",
            service.Run("resolve", Eid, "00000000000000ff", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_tells_a_line_each_and_ends_after_as_many_as_were_asked_for()
    {
        const string Events =
            "id: 7-1\nevent: sightings\ndata: {\"at\":\"2030-01-31T08:00:00+00:00\",\"beacon\":\"AQIDBAUGBwg\","
            + "\"count\":2}\n\nid: 7-2\nevent: alarm\ndata: {\"at\":\"2030-01-31T08:00:01+00:00\","
            + "\"beacon\":\"AQIDBAUGBwg\",\"kind\":\"record_conflict\",\"meaning\":\"Words.\",\"detail\":"
            + "\"a\\u001bb\"}\n\n";
        Scripted service = new(Events, Events) { ContentType = "text/event-stream" };
        Run run = service.Run("watch", "--count", "2", "--after", "7-0");
        Assert.Equal(
            (0, "2030-01-31 08:00:00 UTC  sightings  AQIDBAUGBwg  2 sightings\n"
                + "2030-01-31 08:00:01 UTC  alarm  AQIDBAUGBwg  record_conflict  Words.  a b\n", ""),
            (run.Status, run.Output, run.Error));
        Assert.StartsWith(
            "{\"kind\":\"sightings\",\"type\":\"sightings\",\"id\":\"7-1\",",
            service.Run("watch", "--count", "1", "--json").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("16 hexadecimal digits", "resolve", "zz")]
    [InlineData("--near takes degrees", "find", "--near", "here")]
    [InlineData("--near takes degrees", "find", "--near", "91,0")]
    [InlineData("--count takes a number", "watch", "--count", "0")]
    [InlineData("--service takes an address", "find", "--service", "ftp://x")]
    public void What_cannot_be_asked_is_said_before_anything_is_sent(string words, params string[] arguments)
    {
        Scripted service = new();
        Run run = service.Run(arguments);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Calls);
    }

    [Fact]
    public void A_service_that_is_away_or_refuses_is_one_line_and_the_key_goes_in_clear_nowhere()
    {
        Scripted service = new()
        {
            Status = HttpStatusCode.Forbidden,
            Otherwise = """{"code":"scope_missing","detail":"No."}""",
        };
        service.Environment["LUMENLINK_API_KEY"] = "a-key-of-an-application";
        Run refused = service.Run("find");
        Assert.Equal((1, "error: No. (scope_missing)\n"), (refused.Status, refused.Error));
        Assert.Equal("Bearer a-key-of-an-application", service.Authorization);
        Run clear = service.Run("find", "--service", "http://service.example");
        Assert.Equal(2, clear.Status);
        Assert.DoesNotContain("a-key-of", clear.Error, StringComparison.Ordinal);
        Assert.Single(service.Calls);
        Run away = new Scripted().Run("find");
        Assert.Equal(1, away.Status);
        Assert.StartsWith("error: The service at http://127.0.0.1:8080 cannot be reached", away.Error);
    }

    private sealed record Run(int Status, string Output, string Error);

    /// <summary>Answers calls in their order; after the last one it answers otherwise, or is away.</summary>
    private sealed class Scripted(params string[] answers)
    {
        private int next;

        public string ContentType { get; init; } = "application/json";

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public string? Otherwise { get; init; }

        public List<string> Calls { get; } = [];

        public Dictionary<string, string> Environment { get; } = [];

        public string? Authorization { get; private set; }

        public Run Run(params string[] arguments)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            RootCommand root = [.. FindCommands.Create(
                () => new LentHandler(AnswerAsync), Environment.GetValueOrDefault, new AtOnce())];
            int status = root.Parse(arguments)
                .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).GetAwaiter().GetResult();
            return new Run(status, output.ToString(), error.ToString());
        }

        public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
        {
            string body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync();
            Calls.Add($"{request.Method} {request.RequestUri!.AbsoluteUri}{body}");
            Authorization = request.Headers.Authorization?.ToString();
            string text = next < answers.Length
                ? answers[next++]
                : Otherwise ?? throw new HttpRequestException("nobody is there");
            return new HttpResponseMessage(Status) { Content = new StringContent(text, Encoding.UTF8, ContentType) };
        }
    }

    /// <summary>A clock whose short waits are over at once; what is patience stays.</summary>
    private sealed class AtOnce : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(
                callback, state, dueTime < TimeSpan.FromSeconds(30) ? TimeSpan.Zero : dueTime, period);
    }
}
