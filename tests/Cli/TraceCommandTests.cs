using System.CommandLine;
using System.Net;
using System.Text;
using LumenLink.Cli.Trace;

namespace LumenLink.Tests.Cli;

/// <summary>lumen trace over a service that answers as it is told to.</summary>
public sealed class TraceCommandTests
{
    private const string Journey =
        """
        {"record":"AQIDBAUGBwg:5:1","sighting":"17","beacon":"AQIDBAUGBwg","beacon_name":"north [gate]\u001b[2J",
        "steps":[{"part":"frame","happened":"It went in a frame.","kept":false,"not_kept":"Frames are not kept.",
        "document":"shared-protocol/README.md","title":"Bytes on the wire","explanation":"Words.",
        "times":[{"name":"committed","at":"2030-01-31T08:00:00.25+00:00","clock":"service"}],
        "facts":[{"name":"rssi_dbm","value":"-70"}],
        "bytes":{"encoded_again":true,"same_as_came":true,"hex":"0100000102030405ab18deadbeef","fields":[
        {"offset":0,"length":3,"field":"sequence","value":"1"},
        {"offset":3,"length":5,"field":"time_ms","value":"21542142465"},
        {"offset":8,"length":2,"field":"form","value":"6315"},
        {"offset":10,"length":4,"field":"body","value":"deadbeef"},
        {"offset":14,"length":0,"field":"key_day","value":"0"}]},
        "rows":[{"table":"sightings_20300131","key":"row_id = 17","columns":[{"name":"seq","value":"1"}]}],
        "answer":{"link":"/api/v1/sightings?cursor=18&limit=1","sightings":[{"id":"17"}],"status":null}}]}
        """;

    private readonly List<string> calls = [];
    private readonly Dictionary<string, string> environment = [];
    private string? authorization;

    [Fact]
    public void A_sighting_is_told_step_by_step_with_its_bytes_at_their_offsets()
    {
        Run run = Trace([Journey], "17");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(["GET http://127.0.0.1:8080/api/v1/trace/17"], calls);
        Assert.Equal(
            """
            sighting 17, of record AQIDBAUGBwg:5:1, by north [gate] [2J

            1  Bytes on the wire  (not kept)
               It went in a frame.
               committed                           2030-01-31 08:00:00.250 UTC  (service clock)
               rssi_dbm                            -70
                0  010000                 sequence = 1
                3  0102030405             time_ms = 21542142465
                8  ab18                   form = 6315
               10  deadbeef               body = 4 bytes
                                          key_day = 0
               sightings_20300131  row_id = 17
                 seq                               1
               GET /api/v1/sightings?cursor=18&limit=1
               {
                 "id": "17"
               }
               Note: Frames are not kept.
               More: shared-protocol/README.md

            """.ReplaceLineEndings("\n"), run.Output);
    }

    [Fact]
    public void The_newest_one_is_looked_up_of_all_or_of_a_beacon()
    {
        const string Page = """{"items":[{"id":"17"}],"next_cursor":"17"}""";
        Assert.Equal(0, Trace([Page, Journey], "latest").Status);
        Assert.Equal(0, Trace([Page, Journey], "latest", "--beacon", "AQIDBAUGBwg", "--json").Status);
        Assert.Equal(
            ["sightings?limit=1", "trace/17", "sightings?limit=1&beacon=AQIDBAUGBwg", "trace/17"],
            calls.Select(call => call["GET http://127.0.0.1:8080/api/v1/".Length..]));
        Run none = Trace(["""{"items":[]}"""], "latest");
        Assert.Equal(1, none.Status);
        Assert.StartsWith("error: No sighting is stored yet", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_is_the_service_s_answer_as_it_is() =>
        Assert.Equal(Journey + "\n", Trace([Journey], "AQIDBAUGBwg:5:1", "--json").Output);

    [Theory]
    [InlineData("ID is the id of a sighting", "..")]
    [InlineData("ID is the id of a sighting", "1/../../admin/keys")]
    [InlineData("ID is the id of a sighting", "1?x=1")]
    [InlineData("ID is the id of a sighting", "")]
    [InlineData("--beacon goes with latest only", "17", "--beacon", "AQIDBAUGBwg")]
    [InlineData("--beacon takes a beacon id", "latest", "--beacon", "x&limit=9")]
    [InlineData("--service takes an address", "17", "--service", "ftp://x")]
    public void What_cannot_be_asked_is_said_before_anything_is_sent(string words, params string[] arguments)
    {
        Run run = Trace([], arguments);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(calls);
    }

    [Fact]
    public void Without_a_service_it_is_said_how_to_start_one_and_a_refusal_is_the_service_s_words()
    {
        Run away = Trace([], "17");
        Assert.Equal(1, away.Status);
        Assert.Contains("cannot be reached", away.Error, StringComparison.Ordinal);
        Assert.Contains("'lumen up'", away.Error, StringComparison.Ordinal);
        environment["LUMENLINK_ADMIN_TOKEN"] = "the-admin-token";
        environment["LUMENLINK_API_KEY"] = "a-key-of-an-application";
        Run refused = Trace(["!"], "17");
        Assert.Equal(
            (1, "error: No sighting or record of this id is kept. (record_unknown)\n"),
            (refused.Status, refused.Error));
        Assert.Equal("Bearer a-key-of-an-application", authorization);
    }

    private Run Trace(string[] answers, params string[] arguments)
    {
        Queue<string> left = new(answers);
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        RootCommand root = [TraceCommand.Create(() => new LentHandler(AnswerAsync), environment.GetValueOrDefault)];
        int status = root.Parse(["trace", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).GetAwaiter().GetResult();
        return new Run(status, output.ToString(), error.ToString());

        Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
        {
            if (!left.TryDequeue(out string? body))
                throw new HttpRequestException("nobody is there");
            calls.Add($"{request.Method} {request.RequestUri!.AbsoluteUri}");
            authorization = request.Headers.Authorization?.ToString();
            bool isRefusal = body == "!";
            return Task.FromResult(new HttpResponseMessage(isRefusal ? HttpStatusCode.NotFound : HttpStatusCode.OK)
            {
                Content = new StringContent(
                    isRefusal
                        ? """{"code":"record_unknown","detail":"No sighting or record of this id is kept."}"""
                        : body,
                    Encoding.UTF8, "application/json"),
            });
        }
    }

    private sealed record Run(int Status, string Output, string Error);
}
