using System.CommandLine;
using System.Net;
using System.Text;
using LumenLink.Cli.Beacon;

namespace LumenLink.Tests.Cli;

/// <summary>lumen beacon over a service that answers as it is told to.</summary>
public sealed class BeaconCommandTests
{
    private const string Id = "AQIDBAUGBwg";
    private const string Token = "a-token-that-is-long-enough";

    [Fact]
    public void A_command_is_asked_for_and_its_state_said()
    {
        Scripted service = new((HttpStatusCode.Accepted, Command("waiting")));
        Run run = service.Run("command", Id, "identify", "--argument", "90", "--expires-in", "60");
        Assert.Equal((0, "command 3 identify 90: waiting. Words.\n", ""), (run.Status, run.Output, run.Error));
        Assert.Equal(
            "POST http://127.0.0.1:8080/api/v1/admin/beacons/AQIDBAUGBwg/commands application/json "
            + "{\"command\":\"identify\",\"argument\":90,\"expires_in_s\":60}",
            Assert.Single(service.Calls));
    }

    [Theory]
    [InlineData("acknowledged", "\"done\"", 0)]
    [InlineData("acknowledged", "\"argument_invalid\"", 1)]
    [InlineData("acknowledged", "null", 1)]
    [InlineData("expired", "null", 1)]
    public void Waiting_goes_on_to_the_end_and_the_status_says_how_it_was(string state, string outcome, int status)
    {
        Scripted service = new(
            (HttpStatusCode.Accepted, Command("waiting")), (HttpStatusCode.OK, Command("waiting")),
            (HttpStatusCode.OK, Command("sent")), (HttpStatusCode.OK, Command(state, outcome)));
        Run run = service.Run("command", Id, "send-diagnostics", "--wait");
        Assert.Equal(status, run.Status);
        Assert.Equal(3, run.Output.Count(c => c == '\n'));
        Assert.EndsWith(
            "GET http://127.0.0.1:8080/api/v1/admin/beacons/AQIDBAUGBwg/commands/3", service.Calls[^1],
            StringComparison.Ordinal);
        Assert.Contains("\"command\":\"send_diagnostics\"", service.Calls[0], StringComparison.Ordinal);
        Assert.Equal(4, service.Calls.Count);
    }

    [Fact]
    public void A_beacon_is_revoked_only_if_that_is_meant()
    {
        Scripted service = new((
            HttpStatusCode.OK, """{"id":"AQIDBAUGBwg","name":"attic","revoked_at":"2030-01-31T08:00:00+00:00"}"""));
        Run hesitating = service.Run("revoke", Id);
        Assert.Equal((2, ""), (hesitating.Status, hesitating.Output));
        Assert.Contains("--yes", hesitating.Error, StringComparison.Ordinal);
        Assert.Empty(service.Calls);
        Run run = service.Run("revoke", Id, "--yes");
        Assert.Equal(0, run.Status);
        Assert.StartsWith("AQIDBAUGBwg attic: revoked 2030-01-31 08:00", run.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "POST http://127.0.0.1:8080/api/v1/admin/beacons/AQIDBAUGBwg/revocation", Assert.Single(service.Calls),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_is_changed_and_what_is_left_out_stays()
    {
        const string There = """
            {"id":"AQIDBAUGBwg","name":"attic","region":"hall 2","location":{"latitude":-1.5,"longitude":0.25}}
            """;
        const string Calls = "http://127.0.0.1:8080/api/v1/";
        Scripted service = new(
            (HttpStatusCode.OK, $$"""{"beacon":{{There}}}"""), (HttpStatusCode.OK, There),
            (HttpStatusCode.OK, $$"""{"beacon":{{There}}}"""), (HttpStatusCode.OK, There));
        Run run = service.Run("place", Id, "--at", "-33.86882,151.20929");
        Assert.Equal((0, "AQIDBAUGBwg attic, region hall 2, at -1.5,0.25\n"), (run.Status, run.Output));
        Run away = service.Run("place", Id, "--nowhere", "--name", "roof", "--region", "");
        Assert.Equal(0, away.Status);
        Assert.Equal(
            [
                $"GET {Calls}beacons/{Id}",
                $"PUT {Calls}admin/beacons/{Id}/place application/json " + """
                    {"location":{"latitude":-33.86882,"longitude":151.20929},"name":"attic","region":"hall 2"}
                    """,
                $"GET {Calls}beacons/{Id}",
                $"PUT {Calls}admin/beacons/{Id}/place application/json " + """
                    {"name":"roof","region":"","location":null}
                    """,
            ],
            service.Calls);
    }

    [Fact]
    public void Settings_are_sent_as_lines_those_of_the_file_first()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "region=hall 2");
            Scripted service = new((HttpStatusCode.Accepted, Configuration(5, "waiting")));
            Run run = service.Run("configure", Id, "report_ms=30000", "privacy=raw", "--file", file);
            Assert.Equal((0, "configuration 5: waiting. Words.\n"), (run.Status, run.Output));
            Assert.EndsWith(
                "/configuration text/plain; charset=utf-8 region=hall 2\nreport_ms=30000\nprivacy=raw\n",
                Assert.Single(service.Calls), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("in_effect", "\"done\"", 0)]
    [InlineData("rolled_back", "\"rolled_back\"", 1)]
    [InlineData("superseded", "null", 1)]
    public void A_configuration_is_waited_for_through_its_trial(string state, string outcome, int status)
    {
        Scripted service = new(
            (HttpStatusCode.Accepted, Configuration(5, "waiting")),
            (HttpStatusCode.OK, Told(Configuration(5, "on_trial", "\"accepted\""))),
            (HttpStatusCode.OK, Told(Configuration(6, "waiting"), Configuration(5, state, outcome))));
        Run run = service.Run("configure", Id, "--reset", "--wait");
        Assert.Equal(status, run.Status);
        Assert.Contains("configuration 5: on trial. Words.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_there_is_is_shown()
    {
        Scripted service = new(
            (HttpStatusCode.OK, $$"""{"items":[{{Command("expired")}}],"next_cursor":null}"""),
            (HttpStatusCode.OK, Told(Configuration(5, "refused", "\"text_invalid\"", "region"))),
            (HttpStatusCode.OK, """
                {"items":[{"captured_at":"2030-01-31T08:00:00+00:00","received_at":"2030-01-31T08:00:01+00:00",
                "boot":7,"lines":["queue 3","chip 0"]}]}
                """));
        Assert.Equal(
            "2030-01-31 08:00:00 UTC  command 3 identify 90: expired. Words.\n", service.Run("commands", Id).Output);
        Assert.Equal(
            "in effect: 4\n2030-01-31 08:00:00 UTC  configuration 5: refused. Words. It says: region\n    region=a\n",
            service.Run("configuration", Id).Output);
        Assert.Equal(
            "2030-01-31 08:00:00 UTC, boot 7\n    queue 3\n    chip 0\n", service.Run("diagnostics", Id).Output);
    }

    [Fact]
    public void JSON_is_the_services_own()
    {
        Scripted service = new((HttpStatusCode.OK, """{"items":[]}"""), (HttpStatusCode.Accepted, Command("sent")));
        Assert.Equal("{\"items\":[]}\n", service.Run("diagnostics", Id, "--json").Output);
        Assert.Equal(Command("sent") + "\n", service.Run("command", Id, "reboot", "--json").Output);
    }

    [Theory]
    [InlineData("A beacon id has 11 characters.", "command", "short", "identify")]
    [InlineData("The command is one of", "command", Id, "fly")]
    [InlineData("Give settings", "configure", Id)]
    [InlineData("Give settings", "configure", Id, "region=a", "--reset")]
    [InlineData("Give --name", "place", Id)]
    [InlineData("not both", "place", Id, "--at", "1,2", "--nowhere")]
    [InlineData("a latitude from -90 to 90", "place", Id, "--at", "91,2")]
    [InlineData("--service takes an address", "commands", Id, "--service", "ftp://x")]
    [InlineData("no-such-file", "configure", Id, "--file", "/no-such-file")]
    public void What_cannot_be_asked_is_said_before_anything_is_sent(string words, params string[] arguments)
    {
        Scripted service = new();
        Run run = service.Run(arguments);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Calls);
    }

    [Fact]
    public void A_refusal_of_the_service_is_its_own_sentence()
    {
        Scripted service = new(
            (HttpStatusCode.Conflict, """{"code":"too_many_pending","detail":"16 commands wait."}"""),
            (HttpStatusCode.BadGateway, "<html>"), (HttpStatusCode.OK, "<html>"));
        Assert.Equal(
            (1, "error: 16 commands wait. (too_many_pending)\n"), Answer(service.Run("command", Id, "reboot")));
        Assert.Equal((1, "error: The service refused with status 502.\n"), Answer(service.Run("commands", Id)));
        Assert.Equal(
            (1, "error: What answers at http://127.0.0.1:8080/ is not this service.\n"),
            Answer(service.Run("commands", Id)));
        Run away = service.Run("commands", Id);
        Assert.Equal(1, away.Status);
        Assert.StartsWith("error: The service at http://127.0.0.1:8080/ cannot be reached", away.Error);
    }

    [Fact]
    public void The_token_goes_to_the_service_and_never_in_clear()
    {
        Scripted service = new((HttpStatusCode.OK, """{"items":[]}"""), (HttpStatusCode.OK, """{"items":[]}"""));
        service.Environment["LUMENLINK_ADMIN_TOKEN"] = Token;
        service.Environment["LUMENLINK_URL"] = "https://service.example/";
        Assert.Equal(0, service.Run("diagnostics", Id).Status);
        Assert.Equal(
            "GET https://service.example/api/v1/admin/beacons/AQIDBAUGBwg/diagnostics", Assert.Single(service.Calls));
        Assert.Equal($"Bearer {Token}", service.Authorization);
        Run clear = service.Run("diagnostics", Id, "--service", "http://service.example");
        Assert.Equal(2, clear.Status);
        Assert.DoesNotContain(Token, clear.Error, StringComparison.Ordinal);
        Assert.Single(service.Calls);
        Assert.Equal(0, service.Run("diagnostics", Id, "--service", "http://localhost:9").Status);
    }

    private static (int, string) Answer(Run run) => (run.Status, run.Error);

    private static string Command(string state, string outcome = "null") =>
        """{"id":3,"name":"identify","argument":90,""" + Common(state, outcome, "");

    private static string Configuration(
        int version, string state, string outcome = "null", string detail = "") =>
        $$"""{"version":{{version}},"settings":{"region":"a"},""" + Common(state, outcome, detail);

    private static string Common(string state, string outcome, string detail) =>
        $"\"state\":\"{state}\",\"meaning\":\"Words.\",\"outcome\":{outcome},\"detail\":\"{detail}\","
        + "\"created_at\":\"2030-01-31T08:00:00+00:00\"}";

    private static string Told(params string[] history) =>
        $$"""{"in_effect_version":4,"current":{{history[0]}},"history":[{{string.Join(',', history)}}]}""";

    private sealed record Run(int Status, string Output, string Error);

    /// <summary>Answers calls in their order; after the last one it is away.</summary>
    private sealed class Scripted(params (HttpStatusCode Status, string Body)[] answers)
    {
        private int next;

        public List<string> Calls { get; } = [];

        public Dictionary<string, string> Environment { get; } = [];

        public string? Authorization { get; private set; }

        public Run Run(params string[] arguments)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var root = new RootCommand
            {
                BeaconCommands.Create(() => new LentHandler(AnswerAsync), Environment.GetValueOrDefault, new AtOnce()),
            };
            int status = root.Parse(["beacon", .. arguments])
                .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).GetAwaiter().GetResult();
            return new Run(status, output.ToString(), error.ToString());
        }

        public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
        {
            string body = request.Content is null
                ? ""
                : $" {request.Content.Headers.ContentType} {await request.Content.ReadAsStringAsync()}";
            Calls.Add($"{request.Method} {request.RequestUri}{body}");
            Authorization = request.Headers.Authorization?.ToString();
            if (next == answers.Length)
                throw new HttpRequestException("nobody is there");
            (HttpStatusCode status, string text) = answers[next++];
            return new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8) };
        }
    }

    /// <summary>A clock whose ticks come at once.</summary>
    private sealed class AtOnce : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
