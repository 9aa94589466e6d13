using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using MQTTnet;
using MQTTnet.Formatter;

namespace LumenLink.Tests.Rendezvous.Frames;

/// <summary>Who may post, for how long, and how little those learn who may not.</summary>
public sealed class PostAdmissionTests : IAsyncLifetime
{
    private const string Audience = "lumenlink-dev";

    private RunningService service = null!;
    private TestBeacon beacon = null!;
    private PostClient client = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        beacon = await service.EnrolAsync("attic");
        client = new PostClient(service, beacon);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Whoever_is_refused_learns_no_reason_and_changes_nothing()
    {
        TestBeacon other = await service.EnrolAsync("cellar");
        TestBeacon revoked = await service.EnrolAsync("gate");
        await service.Store.RevokeAsync(revoked.Id, "test", service.Now, default);
        TestBeacon stranger = new("stranger");
        string used = client.TokenOf(beacon.Token(Audience, 5, 3));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(used, beacon.Hello())).Status);
        service.Advance(TrustPolicy.TokenRetryWindow + TimeSpan.FromSeconds(1));
        (string? Authorization, TokenOutcome? Outcome)[] cases =
        [
            (null, TokenOutcome.Malformed), ("", TokenOutcome.Malformed), ("Bearer ", TokenOutcome.Malformed),
            ("Bearer x.y", TokenOutcome.Malformed), ("Bearer .", TokenOutcome.Malformed),
            ($"Basic {beacon.IdText}.{beacon.Token(Audience, 5, 4)}", TokenOutcome.Malformed),
            ($"Bearer {beacon.Token(Audience, 5, 4)}", TokenOutcome.Malformed),
            (used, TokenOutcome.Used),
            (client.TokenOf(beacon.Token(Audience, 4, 99)), TokenOutcome.EarlierBoot),
            (client.TokenOf(beacon.Token("elsewhere", 5, 4)), TokenOutcome.SignatureInvalid),
            (client.TokenOf(other.Token(Audience, 5, 4)), TokenOutcome.SignatureInvalid),
            ($"Bearer {other.IdText}.{beacon.Token(Audience, 5, 4)}", TokenOutcome.SignatureInvalid),
            ($"Bearer {stranger.IdText}.{stranger.Token()}", TokenOutcome.BeaconUnknown),
            ($"Bearer {revoked.IdText}.{revoked.Token()}", TokenOutcome.Revoked),
            ("LumenLink ", null), ("LumenLink x", null), ($"LumenLink {new string('A', 54)}", null),
            ($"LumenLink {new string('~', 54)}", null),
        ];
        HashSet<string> answers = [];
        foreach ((string? authorization, TokenOutcome? outcome) in cases)
        {
            double before = outcome is { } o ? Count(o) : 0;
            PostAnswer answer = await client.SendAsync(authorization, beacon.Hello());
            Assert.Equal(
                (authorization, HttpStatusCode.Unauthorized, "not_authorized"),
                (authorization, answer.Status, answer.Code));
            Assert.Null(answer.Session);
            answers.Add(WithoutTraceId(answer.Text));
            if (outcome is { } counted)
                Assert.Equal((counted, before + 1), (counted, Count(counted)));
        }

        Assert.Single(answers);
        Assert.Equal(cases.Length, service.Get<LumenMetrics>().Posts(PostOutcome.NotAuthorized).Value);
        Assert.Equal(1, service.Get<LumenMetrics>().Frames(IngestOutcome.Challenged).Value);
        string good = client.TokenOf(beacon.Token(Audience, 5, 4));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(good, beacon.Hello())).Status);
    }

    [Fact]
    public async Task A_token_is_retried_over_HTTP_alone_and_not_after_a_higher_one()
    {
        string first = client.TokenOf(beacon.Token(Audience, 5, 1));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(first)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(first)).Status);
        Assert.Equal(1, Count(TokenOutcome.Retry));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(client.TokenOf(beacon.Token(Audience, 5, 2)))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(first)).Status);
    }

    [Fact]
    public async Task A_token_opens_one_door_only()
    {
        int port = service.Get<EmbeddedBroker>().Port;
        string token = beacon.Token(Audience, 5, 1);
        await using TestClient mqtt = new(beacon);
        Assert.Equal(
            MqttClientConnectResultCode.Success, await mqtt.TryConnectAsync(port, token, MqttProtocolVersion.V500));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(client.TokenOf(token))).Status);
        token = beacon.Token(Audience, 5, 2);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(client.TokenOf(token))).Status);
        await using TestClient again = new(beacon);
        Assert.Equal(
            MqttClientConnectResultCode.NotAuthorized,
            await again.TryConnectAsync(port, token, MqttProtocolVersion.V500));
    }

    [Fact]
    public async Task A_session_lives_while_it_is_used_and_not_longer_than_its_hour()
    {
        await client.AttestAsync();
        string first = client.Session!;
        for (int i = 0; i < 14; i++)
        {
            service.Advance(TrustPolicy.PostSessionIdle - TimeSpan.FromSeconds(1));
            PostAnswer answer = await client.PostAsync();
            if (answer.Status != HttpStatusCode.OK)
            {
                Assert.Equal(12, i);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
                break;
            }

            Assert.NotEqual(first, answer.Session);
            Assert.True(answer.Session!.Length <= FramePost.MaxSessionCharacters);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync($"LumenLink {first}")).Status);
        client.Session = null;
        await client.AssertServedAsync(1);
        service.Advance(TrustPolicy.PostSessionIdle);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync()).Status);
    }

    [Fact]
    public async Task A_beacon_revoked_meanwhile_is_out_with_its_next_records()
    {
        await client.AttestAsync();
        await service.Store.RevokeAsync(beacon.Id, "test", service.Now, default);
        PostAnswer answer = await client.PostAsync(beacon.Session!.Records(5, 1, TestRecords.Report(1, [1])));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "not_authorized", null), (answer.Status, answer.Code, answer.Session));
        client.Session = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync()).Status);
        Assert.Equal(1, Count(TokenOutcome.Revoked));
        Assert.Equal(0, service.Get<LumenMetrics>().RecordsStored.Value);
    }

    [Fact]
    public async Task A_session_is_good_at_every_replica_and_no_other_text_is()
    {
        MemoryStore store = new();
        ManualTime time = new();
        await using TestService first = new(time, store);
        await using TestService second = new(time, store);
        PostSession session = new(beacon.Id, time.Now);
        string text = (await first.Get<PostSessions>().WriteAsync(session, default))!;
        PostSessions sessions = second.Get<PostSessions>();
        Assert.Equal(session, await sessions.ReadAsync(text, default));
        for (int i = 0; i < text.Length; i++)
        {
            foreach (char other in "AQg_")
            {
                string altered = $"{text[..i]}{other}{text[(i + 1)..]}";
                if (altered != text && i < text.Length - 1)
                    Assert.Null(await sessions.ReadAsync(altered, default));
            }
        }

        await using TestService foreign = new(time, new MemoryStore());
        await foreign.Get<PostSessions>().WriteAsync(session, default);
        Assert.Null(await foreign.Get<PostSessions>().ReadAsync(text, default));
    }

    private double Count(TokenOutcome outcome) => service.Get<LumenMetrics>().Tokens(outcome).Value;

    private static string WithoutTraceId(string problem) => string.Join(
        '\n', JsonDocument.Parse(problem).RootElement.EnumerateObject()
            .Where(member => member.Name is not "trace_id").Select(member => $"{member.Name}={member.Value}"));
}
