using System.Net;
using LumenLink.Client;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Webhooks;

/// <summary>The way from the outbox to a receiver that listens, over both stores, in time that is moved.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WebhookDeliveryTests(PostgresFixture postgres)
{
    private const string Hook = "00000000000000aa";
    private static readonly byte[] MasterKey = [.. Enumerable.Repeat((byte)7, 32)];
    private static readonly byte[] Secret = [.. Enumerable.Range(1, WebhookPolicy.SecretBytes).Select(i => (byte)i)];

    private readonly ManualTime time = new();
    private readonly SecretBox box = new(MasterKey);

    [Fact]
    public async Task A_receiver_that_fails_gets_it_again_under_the_same_id_with_a_signature_of_then()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica replica = new(database, time, box);
        await AddAsync(replica, receiver.Url);
        string message = (await replica.Store.TestWebhookAsync(1, Hook, time.Now, default))!;
        receiver.Says(500);
        await replica.DeliverAsync();
        DeliveryView failed = await OneAsync(replica);
        Assert.Equal((WebhookOutcome.Refused, 500, 1), (failed.Outcome, failed.Status, failed.Tries));
        Assert.InRange(failed.NextAt!.Value, time.Now, time.Now + WebhookPolicy.CeilingOf(1));

        receiver.Says(204);
        time.Advance(WebhookPolicy.CeilingOf(1));
        await replica.DeliverAsync();
        await replica.DeliverAsync(); // nothing is left
        DeliveryView done = await OneAsync(replica);
        Assert.Equal(
            (WebhookOutcome.Delivered, 204, 2, null), (done.Outcome, done.Status, done.Tries, done.NextAt));
        Delivered[] got = [.. receiver.Got];
        Assert.Equal([message, message], got.Select(one => one.Id));
        Assert.Equal(got[0].Body, got[1].Body);
        Assert.Equal(
            (WebhookVerdict.Valid, $"{time.Now.ToUnixTimeSeconds()}"),
            (got[1].Check(WebhookSecret.Text(Secret), time.Now), got[1].Timestamp));
        Assert.Equal(
            WebhookVerdict.SignatureInvalid,
            got[1].Check(WebhookSecret.Text(WebhookSecret.Create()), time.Now));
        Assert.Contains("\"type\":\"webhook.test\"", got[0].Text, StringComparison.Ordinal);
        Assert.Equal((1, 1), (replica.Count(WebhookOutcome.Refused), replica.Count(WebhookOutcome.Delivered)));
    }

    [Fact]
    public async Task Answers_come_to_what_they_are_and_nothing_is_followed()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica replica = new(database, time, box, timeout: TimeSpan.FromSeconds(2));
        await AddAsync(replica, receiver.Url);
        receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        Assert.Equal(WebhookOutcome.Redirected, (await TryAsync(replica)).Outcome);
        Assert.All(receiver.Got, one => Assert.Equal("/lumen", one.Path));

        receiver.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        };
        Assert.True((await TryAsync(replica)).NextAt >= time.Now.AddHours(1));

        // Says yes and goes on without end: the status is the answer.
        receiver.Answer = async context =>
        {
            byte[] much = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(much, context.RequestAborted);
        };
        Assert.Equal(WebhookOutcome.Delivered, (await TryAsync(replica)).Outcome);

        receiver.Answer = context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        Assert.Equal(WebhookOutcome.TimedOut, (await TryAsync(replica)).Outcome);

        receiver.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal(WebhookOutcome.NotReached, (await TryAsync(replica)).Outcome);

        receiver.Says(410);
        Assert.Equal(WebhookOutcome.Gone, (await TryAsync(replica)).Outcome);
        Assert.Equal(WebhookState.Gone, Assert.Single(await replica.Store.ListWebhooksAsync(1, default)).State);
        int before = receiver.Got.Count;
        Assert.Null((await TryAsync(replica)).Outcome);
        Assert.Equal(before, receiver.Got.Count);
    }

    [Fact]
    public async Task A_receiver_that_keeps_failing_rests_longer_and_longer_and_shows_itself_with_one()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica replica = new(database, time, box);
        await AddAsync(replica, receiver.Url);
        for (int i = 0; i < 2 * WebhookPolicy.DeliveriesAtOnce; i++)
            await replica.Store.TestWebhookAsync(1, Hook, time.Now, default);
        receiver.Says(503);
        await replica.DeliverAsync();
        Assert.Equal(WebhookPolicy.DeliveriesAtOnce, receiver.Got.Count);
        WebhookView resting = Assert.Single(await replica.Store.ListWebhooksAsync(1, default));
        Assert.Equal(WebhookPolicy.DeliveriesAtOnce, resting.Failures);
        await replica.DeliverAsync();
        Assert.Equal(WebhookPolicy.DeliveriesAtOnce, receiver.Got.Count);

        time.Advance(WebhookPolicy.LongestRest);
        await replica.DeliverAsync();
        Assert.Equal(WebhookPolicy.DeliveriesAtOnce + 1, receiver.Got.Count);
        receiver.Says(200);
        time.Advance(WebhookPolicy.LongestRest);
        await replica.DeliverAsync();
        Assert.Equal(
            2 * WebhookPolicy.DeliveriesAtOnce,
            (await replica.Store.ListDeliveriesAsync(1, Hook, 99, default))
                .Count(delivery => delivery.Outcome == WebhookOutcome.Delivered));
        Assert.Equal(0, Assert.Single(await replica.Store.ListWebhooksAsync(1, default)).Failures);
    }

    [Fact]
    public async Task A_replica_that_dies_between_sending_and_writing_down_is_followed_by_another_with_the_same_id()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica dying = new(database, time, box), other = new(database, time, box);
        await AddAsync(dying, receiver.Url);
        string message = (await dying.Store.TestWebhookAsync(1, Hook, time.Now, default))!;
        receiver.Answer = _ =>
        {
            dying.Gate.Failure = new IOException("gone"); // sent, and from here on nothing of it reaches the store
            return Task.CompletedTask;
        };
        await dying.DeliverAsync();
        Assert.Equal(1, dying.Metrics.Webhooks.Failures.Value);

        receiver.Says(200);
        time.Advance(WebhookPolicy.Lease - TimeSpan.FromSeconds(1));
        await other.DeliverAsync();
        Assert.Single(receiver.Got);
        time.Advance(TimeSpan.FromSeconds(1));
        await other.DeliverAsync();
        Assert.Equal([message, message], receiver.Got.Select(one => one.Id));
        Assert.Equal(WebhookOutcome.Delivered, (await OneAsync(other)).Outcome);
    }

    [PostgresFact]
    public async Task Of_several_replicas_one_delivers()
    {
        const int Count = 60;
        await using TestDatabase database = await postgres.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica a = new(database, time, box), b = new(database, time, box), c = new(database, time, box);
        await AddAsync(a, receiver.Url);
        for (int i = 0; i < Count; i++)
            await a.Store.TestWebhookAsync(1, Hook, time.Now, default);
        await Task.WhenAll(a.DeliverAsync(), b.DeliverAsync(), c.DeliverAsync());
        await a.DeliverAsync();
        Assert.Equal(Count, receiver.Got.Count);
        Assert.Equal(Count, receiver.Got.Select(one => one.Id).Distinct().Count());
        Assert.Equal(new OutboxCount(0, 0), await a.Store.CountOutboxAsync(default));
    }

    [Fact]
    public async Task For_a_while_after_a_change_both_secrets_fit_and_then_only_the_new_one()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica replica = new(database, time, box);
        await AddAsync(replica, receiver.Url);
        byte[] fresh = WebhookSecret.Create();
        byte[] old = (await replica.Store.FindWebhookSecretAsync(1, Hook, default))!;
        await replica.Store.RotateWebhookAsync(
            1, Hook, old, WebhookSecret.Seal(box, Hook, fresh, Secret), time.Now + WebhookPolicy.SecretOverlap, "x",
            time.Now, default);
        await TryAsync(replica);
        time.Advance(WebhookPolicy.SecretOverlap);
        await TryAsync(replica);
        Delivered[] got = [.. receiver.Got];
        DateTimeOffset before = time.Now - WebhookPolicy.SecretOverlap;
        Assert.Equal(
            [WebhookVerdict.Valid, WebhookVerdict.Valid, WebhookVerdict.Valid, WebhookVerdict.SignatureInvalid],
            [
                got[0].Check(WebhookSecret.Text(fresh), before), got[0].Check(WebhookSecret.Text(Secret), before),
                got[1].Check(WebhookSecret.Text(fresh), time.Now), got[1].Check(WebhookSecret.Text(Secret), time.Now),
            ]);
    }

    [Fact]
    public async Task A_name_that_leads_inside_later_is_refused_when_it_is_connected_to()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        IPAddress[] answer = [IPAddress.Loopback];
        int looks = 0;
        await using Replica replica = new(
            database, time, box, new WebhookAddress(AllowsLoopback: false),
            (host, _) =>
            {
                Assert.Equal("receiver.example", host);
                looks++;
                return Task.FromResult(answer);
            });
        int port = new Uri(receiver.Url).Port;
        await AddAsync(replica, $"http://receiver.example:{port}/lumen");
        string[] inside = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "fd00::1"];
        foreach (string address in inside)
        {
            answer = [IPAddress.Parse(address)];
            Assert.Equal(WebhookOutcome.AddressRefused, (await TryAsync(replica)).Outcome);
        }

        Assert.Equal(inside.Length, looks);
        Assert.Empty(receiver.Got);
        Assert.Equal(inside.Length, replica.Count(WebhookOutcome.AddressRefused));
    }

    [Fact]
    public async Task A_secret_that_does_not_open_sends_nothing_and_is_in_no_log()
    {
        await using TestDatabase database = await SqliteDatabase.CreateAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        await using Replica replica = new(database, time, new SecretBox(new byte[32]));
        await AddAsync(replica, receiver.Url);
        Assert.Equal(WebhookOutcome.SecretUnusable, (await TryAsync(replica)).Outcome);
        Assert.Empty(receiver.Got);
        Assert.Contains(replica.Log.Lines, line => line.Text.Contains(Hook, StringComparison.Ordinal));
    }

    private async Task AddAsync(Replica replica, string url) => Assert.True(await replica.Store.AddWebhookAsync(
        new WebhookView(
            Hook, 1, url, WebhookEvents.BitOf(WebhookEventKind.BeaconOffline), "", WebhookState.Active, "x", time.Now),
        WebhookSecret.Seal(box, Hook, Secret, []), default));

    /// <summary>A delivery of its own, tried once; the webhook does not rest and earlier ones are not due.</summary>
    private async Task<DeliveryView> TryAsync(Replica replica)
    {
        string message = (await replica.Store.TestWebhookAsync(1, Hook, time.Now, default))!;
        if (Assert.Single(await replica.Store.ListWebhooksAsync(1, default)).State == WebhookState.Active)
        {
            await replica.Store.SetWebhookStateAsync(1, Hook, WebhookState.Paused, "x", time.Now, default);
            await replica.Store.SetWebhookStateAsync(1, Hook, WebhookState.Active, "x", time.Now, default);
        }

        await replica.DeliverAsync();
        return (await replica.Store.ListDeliveriesAsync(1, Hook, 99, default))
            .Single(delivery => delivery.MessageId == message);
    }

    private static async Task<DeliveryView> OneAsync(Replica replica) =>
        Assert.Single(await replica.Store.ListDeliveriesAsync(1, Hook, 99, default));
}
