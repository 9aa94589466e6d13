using System.CommandLine;
using System.Net;
using System.Text;
using LumenLink.Cli.Webhooks;

namespace LumenLink.Tests.Cli;

/// <summary>lumen webhook over a service that answers as it is told to.</summary>
public sealed class WebhookCommandTests
{
    private const string Id = "9b1de24f7a3c5068";
    private const string Base = "http://127.0.0.1:8080/api/v1/admin/webhooks";

    private const string Webhook =
        $$"""
        {"id":"{{Id}}","url":"https://receiver.example/lumen","events":["beacon.offline"],"description":"[pager]",
        "state":"active","pending":2,"dropped":3,"failures":1}
        """;

    private const string Secret = $$"""{"secret":"whsec_shown-once","webhook":{{Webhook}}}""";

    [Fact]
    public void A_webhook_is_added_and_its_secret_shown()
    {
        Scripted service = new(HttpStatusCode.Created, Secret);
        Run run = service.Run(
            "webhook", "add", "https://receiver.example/lumen", "--event", "beacon.offline", "--description", "pager");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains($"webhook {Id}  active", run.Output, StringComparison.Ordinal);
        Assert.Contains("secret  whsec_shown-once\nIt is not shown again", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            $$"""POST {{Base}} {"url":"https://receiver.example/lumen","events":["beacon.offline"],"""
            + "\"description\":\"pager\"}",
            Assert.Single(service.Calls));
        Assert.Equal("Bearer token", service.Authorization);
    }

    [Fact]
    public void Without_events_it_gets_all_of_them()
    {
        Scripted service = new(HttpStatusCode.Created, Secret);
        Assert.Equal(0, service.Run("webhook", "add", "https://receiver.example/").Status);
        Assert.Contains(
            "[\"beacon.online\",\"beacon.offline\",\"beacon.attestation_failed\",\"beacon.clone_suspected\"]",
            service.Calls[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "POST /test", """{"message_id":"msg_1"}""", "msg_1 is on its way")]
    [InlineData("rotate", "POST /secret", Secret, "whsec_shown-once")]
    [InlineData("pause", "POST /pause", Webhook, "active")]
    [InlineData("resume", "POST /resume", Webhook, "active")]
    [InlineData("remove", "DELETE ", Webhook, "is removed")]
    public void One_is_changed_by_its_id(string command, string call, string answer, string said)
    {
        Scripted service = new(HttpStatusCode.OK, answer);
        Run run = service.Run("webhook", command, Id);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        string[] words = call.Split(' ');
        Assert.StartsWith($"{words[0]} {Base}/{Id}{words[1]}", Assert.Single(service.Calls), StringComparison.Ordinal);
        Assert.Equal(answer + "\n", service.Run("webhook", command, Id, "--json").Output);
    }

    [Fact]
    public void Webhooks_and_deliveries_are_tables()
    {
        string list = new Scripted(HttpStatusCode.OK, $$"""{"items":[{{Webhook}}]}""").Run("webhook", "list").Output;
        Assert.Matches(
            $"{Id}.*active.*https://receiver.example/lumen.*beacon.offline.*2.*3.*1", list.Replace("\n", ""));
        Scripted service = new(
            HttpStatusCode.OK,
            """
            {"items":[{"message_id":"msg_1","event":"beacon.offline","state":"pending",
            "created_at":"2030-01-31T08:00:00+00:00","tries":2,"outcome":"refused","status":503,
            "next_at":"2030-01-31T08:00:19+00:00"},{"message_id":"msg_2\u001b","event":"webhook.test","state":"pending",
            "created_at":"2030-01-31T08:00:00+00:00","tries":0,"outcome":null,"status":null,"next_at":null}]}
            """);
        Run run = service.Run("webhook", "deliveries", Id, "--limit", "7");
        Assert.Equal([$"GET {Base}/{Id}/deliveries?limit=7"], service.Calls);
        Assert.Contains("refused", run.Output, StringComparison.Ordinal);
        Assert.Contains("503", run.Output, StringComparison.Ordinal);
        Assert.Contains("–", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Theory]
    [InlineData("An id of a webhook has 16", "webhook", "test", "../keys")]
    [InlineData("An id of a webhook has 16", "webhook", "remove", "9B1DE24F7A3C5068")]
    public void An_id_that_is_none_is_not_asked_for(string said, params string[] arguments)
    {
        Scripted service = new(HttpStatusCode.OK, "{}");
        Run run = service.Run(arguments);
        Assert.Equal(2, run.Status);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Calls);
    }

    [Fact]
    public void A_refusal_is_said_with_its_code()
    {
        Run run = new Scripted(HttpStatusCode.NotFound, """{"code":"webhook_unknown","detail":"There is none."}""")
            .Run("webhook", "pause", Id);
        Assert.Equal((1, "error: There is none. (webhook_unknown)\n"), (run.Status, run.Error));
    }

    private sealed record Run(int Status, string Output, string Error);

    private sealed class Scripted(HttpStatusCode answerStatus, string answer)
    {
        public List<string> Calls { get; } = [];

        public string? Authorization { get; private set; }

        public Run Run(params string[] arguments)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            RootCommand root =
            [
                WebhookCommands.Create(
                    () => new LentHandler(AnswerAsync), name => name == "LUMENLINK_ADMIN_TOKEN" ? "token" : null),
            ];
            int status = root.Parse(arguments)
                .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).GetAwaiter().GetResult();
            return new Run(status, output.ToString(), error.ToString());
        }

        private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
        {
            string body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync();
            Calls.Add($"{request.Method} {request.RequestUri!.AbsoluteUri}{body}");
            Authorization = request.Headers.Authorization?.ToString();
            return new HttpResponseMessage(answerStatus)
            {
                Content = new StringContent(answer, Encoding.UTF8, "application/json"),
            };
        }
    }
}
