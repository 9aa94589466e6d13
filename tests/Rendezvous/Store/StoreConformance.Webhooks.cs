using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Webhooks;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Webhooks and their outbox.</summary>
public abstract partial class StoreConformance
{
    private const string Hook = "00000000000000aa";
    private static readonly TimeSpan LiveWithin = TimeSpan.FromMinutes(10);

    [StoreFact]
    public async Task Webhooks_are_of_their_tenant_and_every_change_is_audited_once()
    {
        await SecondTenantAsync();
        Assert.True(await Store.AddWebhookAsync(NewWebhook(Hook), [1], None));
        Assert.True(await Store.AddWebhookAsync(NewWebhook("00000000000000bb", 2), [2], None));
        Assert.Equal(NewWebhook(Hook), Assert.Single(await Store.ListWebhooksAsync(1, None)));
        Assert.Null(await Store.FindWebhookSecretAsync(2, Hook, None));
        Assert.Null(await Store.TestWebhookAsync(2, Hook, Noon, None));
        Assert.Null(await Store.RotateWebhookAsync(2, Hook, [1], [3], Noon, "x", Noon, None));
        Assert.Null(await Store.SetWebhookStateAsync(2, Hook, WebhookState.Paused, "x", Noon, None));
        Assert.Null(await Store.RemoveWebhookAsync(2, Hook, "x", Noon, None));

        Assert.Null(await Store.RotateWebhookAsync(1, Hook, [9], [3], Noon, "x", Noon, None));
        Assert.Equal(
            Noon.AddDays(1),
            (await Store.RotateWebhookAsync(1, Hook, [1], [3], Noon.AddDays(1), "x", Noon, None))!.PreviousUntil);
        Assert.Equal([3], await Store.FindWebhookSecretAsync(1, Hook, None));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(
                WebhookState.Paused,
                (await Store.SetWebhookStateAsync(1, Hook, WebhookState.Paused, "x", Noon, None))!.State);
        }

        await Store.SetWebhookStateAsync(1, Hook, WebhookState.Active, "x", Noon, None);
        Assert.NotNull(await Store.TestWebhookAsync(1, Hook, Noon, None));
        Assert.Empty(await Store.ListDeliveriesAsync(2, Hook, 9, None));
        Assert.Equal(Hook, (await Store.RemoveWebhookAsync(1, Hook, "x", Noon, None))!.Id);
        Assert.Null(await Store.RemoveWebhookAsync(1, Hook, "x", Noon, None));
        Assert.Equal(0, await Database.CountAsync("webhook_deliveries"));
        Assert.Equal(
            ["Created", "Rotated", "Paused", "Resumed", "Removed"],
            (await Store.ListAuditEntriesAsync(null, 99, None)).Select(entry => entry.Fact)
                .Where(fact => fact.Kind == AuditKind.Webhook && fact.Subject == Hook).Select(fact => fact.Outcome));
        Assert.Single(await Store.ListWebhooksAsync(2, None));
    }

    [StoreFact]
    public async Task A_tenant_has_so_many_webhooks()
    {
        for (int i = 0; i < WebhookPolicy.MaxWebhooks; i++)
            Assert.True(await Store.AddWebhookAsync(NewWebhook($"{i:x16}"), [1], None));
        Assert.False(await Store.AddWebhookAsync(NewWebhook("ffffffffffffffff"), [1], None));
    }

    [StoreFact]
    public async Task What_happens_is_in_the_outbox_of_whoever_asked_for_it_and_of_nobody_else()
    {
        await SecondTenantAsync();
        BeaconId beacon = await EnrolAsync();
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        await Store.AddWebhookAsync(
            NewWebhook("00000000000000bb") with { Events = WebhookEvents.BitOf(WebhookEventKind.BeaconOnline) }, [1],
            None);
        await Store.AddWebhookAsync(NewWebhook("00000000000000cc", 2), [1], None);
        await Store.AddWebhookAsync(NewWebhook("00000000000000dd") with { State = WebhookState.Gone }, [1], None);

        VerdictRow refused = NewRefusal(beacon);
        await Store.CommitVerdictAsync(refused, None);
        await Store.CommitVerdictAsync(refused, None); // repeated: the same again is no event
        await Store.CommitVerdictAsync(NewRefusal(beacon) with { ChallengedAt = null }, None); // does not stand
        await Store.CommitVerdictAsync(NewRefusal(new BeaconId(4711)) with { TenantId = null }, None); // not enrolled
        await GrantAsync(beacon, FirstSession);
        VerdictRow heldBack = NewRefusal(beacon) with { ChallengedAt = Noon.AddMinutes(-1) };
        await Store.CommitVerdictAsync(heldBack, None);
        await RaiseAsync(beacon);
        await RaiseAsync(beacon); // counts into the one that is open
        await Store.FollowPresenceAsync(Noon, LiveWithin, 9, None);

        IReadOnlyList<DeliveryView> told = await Store.ListDeliveriesAsync(1, Hook, 9, None);
        Assert.Equal(
            [WebhookEventKind.BeaconOnline, WebhookEventKind.CloneSuspected, WebhookEventKind.AttestationFailed],
            told.Select(delivery => delivery.Kind));
        DeliveryView other = Assert.Single(await Store.ListDeliveriesAsync(1, "00000000000000bb", 9, None));
        Assert.Equal(told[0].MessageId, other.MessageId); // one event, one id
        Assert.Empty(await Store.ListDeliveriesAsync(2, "00000000000000cc", 9, None));
        Assert.Empty(await Store.ListDeliveriesAsync(1, "00000000000000dd", 9, None));

        JsonElement[] bodies =
            [.. (await ClaimAsync(9)).Select(claimed => JsonDocument.Parse(claimed.Payload).RootElement)];
        Assert.Equal(
            ["beacon.attestation_failed", "beacon.clone_suspected", "beacon.online"],
            bodies.Select(body => body.GetProperty("type").GetString()).Order(StringComparer.Ordinal));
        Assert.All(bodies, body =>
        {
            Assert.Equal(Noon, body.GetProperty("timestamp").GetDateTimeOffset());
            Assert.Equal($"{beacon}", body.GetProperty("data").GetProperty("beacon").GetString());
        });
    }

    /// <summary>What brings an event about is not there without it: both are one transaction.</summary>
    [StoreFact]
    public async Task An_event_and_what_brings_it_about_are_stored_together_or_not_at_all()
    {
        BeaconId beacon = await EnrolAsync();
        await GrantAsync(beacon, FirstSession);
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        long attestations = await Database.CountAsync("attestations");
        await Database.ExecuteAsync(Database.Break("INSERT", "webhook_deliveries"));
        await Assert.ThrowsAnyAsync<Exception>(() => Store.CommitVerdictAsync(NewRefusal(beacon), None));
        await Assert.ThrowsAnyAsync<Exception>(() => RaiseAsync(beacon));
        await Assert.ThrowsAnyAsync<Exception>(() => Store.FollowPresenceAsync(Noon, LiveWithin, 9, None));
        Assert.Equal(
            (attestations, 0, 0),
            (await Database.CountAsync("attestations"), await Database.CountAsync("alarms"),
                await Database.CountAsync("beacon_presence")));

        await Database.ExecuteAsync(Database.Mend("webhook_deliveries"));
        await Store.CommitVerdictAsync(NewRefusal(beacon), None);
        await RaiseAsync(beacon);
        await Store.FollowPresenceAsync(Noon, LiveWithin, 9, None);
        Assert.Equal(3, (await Store.ListDeliveriesAsync(1, Hook, 9, None)).Count);
    }

    [StoreFact]
    public async Task Who_comes_and_goes_is_told_once_and_not_forgotten_by_a_restart()
    {
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        BeaconId[] beacons = [await EnrolAsync("a"), await EnrolAsync("b"), await EnrolAsync("c")];
        Assert.Equal(0, await FollowAsync(Noon)); // enrolled, never heard from
        foreach (BeaconId beacon in beacons)
            await GrantAsync(beacon, FirstSession);
        Assert.Equal(2, await FollowAsync(Noon, limit: 2)); // bounded, and the rest is next
        Assert.Equal(1, await FollowAsync(Noon));
        Assert.Equal(0, await FollowAsync(Noon + LiveWithin)); // at the bound
        await CommitAsync(beacons[0], 1, 1, [1], at: Noon.AddMinutes(9));

        await using (IRendezvousStore restarted = StoreFactory.Create(Database.Settings))
        {
            Assert.Equal(
                2,
                await restarted.FollowPresenceAsync(
                    Noon + LiveWithin + TimeSpan.FromSeconds(1), LiveWithin, 9, None));
        }

        Assert.Equal(0, await FollowAsync(Noon + LiveWithin + TimeSpan.FromSeconds(2)));
        await Store.RevokeAsync(beacons[0], "x", Noon.AddMinutes(11), None);
        Assert.Equal(1, await FollowAsync(Noon.AddMinutes(12)));
        Assert.Equal(0, await FollowAsync(Noon.AddHours(9)));
        Assert.Equal(
            [.. Enumerable.Repeat(WebhookEventKind.BeaconOffline, 3),
                .. Enumerable.Repeat(WebhookEventKind.BeaconOnline, 3)],
            (await Store.ListDeliveriesAsync(1, Hook, 9, None)).Select(delivery => delivery.Kind));
        Assert.Equal(3, await Database.CountAsync("beacon_presence"));

        Task<int> FollowAsync(DateTimeOffset at, int limit = 9) =>
            Store.FollowPresenceAsync(at, LiveWithin, limit, None);
    }

    [StoreFact]
    public async Task Many_beacons_that_come_at_once_are_told_to_many_webhooks_in_one_transaction()
    {
        const int Beacons = 80; // as many rows for each statement of events as need several
        for (int i = 0; i < WebhookPolicy.MaxWebhooks; i++)
            await Store.AddWebhookAsync(NewWebhook($"{i:x16}"), [1], None);
        for (int i = 0; i < Beacons; i++)
            await EnrolWithSessionAsync($"beacon {i}");
        Assert.Equal(Beacons, await Store.FollowPresenceAsync(Noon, LiveWithin, WebhookPolicy.PresenceBatch, None));
        Assert.Equal(Beacons * WebhookPolicy.MaxWebhooks, await Database.CountAsync("webhook_deliveries"));
    }

    [StoreFact]
    public async Task Two_looks_at_once_tell_a_change_once()
    {
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        for (int i = 0; i < 4; i++)
            await EnrolWithSessionAsync($"beacon {i}");
        List<int> told = await AtOnceAsync(6, (store, _) => store.FollowPresenceAsync(Noon, LiveWithin, 9, None));
        Assert.Equal(4, told.Sum());
        Assert.Equal(4, await Database.CountAsync("webhook_deliveries"));
    }

    [StoreFact]
    public async Task A_delivery_is_taken_by_one_until_its_lease_is_over_and_then_again_under_its_id()
    {
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        for (int i = 0; i < 40; i++)
            await Store.TestWebhookAsync(1, Hook, Noon, None);
        List<IReadOnlyList<ClaimedDelivery>> taken = await AtOnceAsync(
            10, (store, _) => store.ClaimDeliveriesAsync(Hook, Noon, Noon.AddMinutes(1), 8, None));
        ClaimedDelivery[] all = [.. taken.SelectMany(one => one)];
        Assert.Equal(40, all.Length + (await ClaimAsync(99)).Count);
        Assert.Equal(all.Length, all.Select(one => one.Number).Distinct().Count());
        Assert.Empty(await Store.ListDueWebhooksAsync(Noon.AddSeconds(59), 9, None));

        IReadOnlyList<ClaimedDelivery> again = await ClaimAsync(99, Noon.AddMinutes(1));
        Assert.Equal(40, again.Count);
        ClaimedDelivery first = all[0], second = again.Single(one => one.Number == first.Number);
        Assert.Equal((first.MessageId, first.Payload, 2), (second.MessageId, second.Payload, second.Tries));
        Assert.False(await SettleAsync(first, WebhookOutcome.Delivered)); // too late: it is another's
        Assert.True(await SettleAsync(second, WebhookOutcome.Delivered));
        Assert.False(await SettleAsync(second, WebhookOutcome.Refused)); // once
        DeliveryView settled = (await Store.ListDeliveriesAsync(1, Hook, 99, None)).Single(
            delivery => delivery.Number == first.Number);
        Assert.Equal(
            (WebhookOutcome.Delivered, 200, Noon, null),
            (settled.Outcome, settled.Status, settled.TriedAt, settled.NextAt));
    }

    [StoreFact]
    public async Task A_webhook_that_fails_rests_and_one_that_is_gone_or_paused_gets_nothing()
    {
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        const int Failures = WebhookPolicy.FailuresBeforeRest;
        DateTimeOffset rested = Noon + WebhookPolicy.FirstWait;
        for (int i = 0; i < Failures; i++)
            await Store.TestWebhookAsync(1, Hook, Noon, None);
        IReadOnlyList<ClaimedDelivery> failing = await ClaimAsync(Failures);
        await AtOnceAsync(Failures, (store, i) => store.SettleDeliveryAsync(
            new SettledDelivery(
                Hook, failing[i], WebhookOutcome.Refused, 500, Noon, i == 0 ? Noon.AddSeconds(1) : null), None));
        WebhookView resting = Assert.Single(await Store.ListWebhooksAsync(1, None));
        Assert.Equal((Failures, rested, 1), (resting.Failures, resting.RestsUntil, resting.Pending));
        Assert.Empty(await Store.ListDueWebhooksAsync(rested.AddMilliseconds(-1), 9, None));
        DueWebhook due = Assert.Single(await Store.ListDueWebhooksAsync(rested, 9, None));
        Assert.Equal((Hook, Failures), (due.Id, due.Failures));

        ClaimedDelivery claimed = Assert.Single(await ClaimAsync(1, Noon.AddMinutes(1)));
        await SettleAsync(claimed, WebhookOutcome.Gone, Noon.AddMinutes(2));
        await SettleAsync(claimed, WebhookOutcome.Gone, Noon.AddMinutes(2));
        Assert.Equal(WebhookState.Gone, Assert.Single(await Store.ListWebhooksAsync(1, None)).State);
        Assert.Empty(await Store.ListDueWebhooksAsync(Noon.AddDays(1), 9, None));
        Assert.Single(
            (await Store.ListAuditEntriesAsync(null, 99, None)).Select(entry => entry.Fact),
            fact => (fact.Kind, fact.Outcome, fact.Actor) == (AuditKind.Webhook, "Gone", AuditFact.Service));

        await Store.SetWebhookStateAsync(1, Hook, WebhookState.Active, "x", Noon, None);
        Assert.Equal(0, Assert.Single(await Store.ListDueWebhooksAsync(Noon.AddDays(1), 9, None)).Failures);
        await Store.SetWebhookStateAsync(1, Hook, WebhookState.Paused, "x", Noon, None);
        Assert.Empty(await Store.ListDueWebhooksAsync(Noon.AddDays(1), 9, None));
    }

    [StoreFact]
    public async Task What_there_is_no_room_for_is_dropped_counted_and_told()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.AddWebhookAsync(NewWebhook(Hook), [1], None);
        await FillAsync(WebhookPolicy.MaxPending - 1);
        await RaiseAsync(beacon);
        await RaiseAsync(beacon, AlarmKind.EarlierBoot);
        await Store.FollowPresenceAsync(Noon, LiveWithin, 9, None);
        WebhookView full = Assert.Single(await Store.ListWebhooksAsync(1, None));
        Assert.Equal((WebhookPolicy.MaxPending, 2), (full.Pending, full.Dropped));
        Assert.Equal("", await Store.TestWebhookAsync(1, Hook, Noon, None));
        Assert.Equal(new OutboxCount(WebhookPolicy.MaxPending, 2), await Store.CountOutboxAsync(None));

        // Three days later what waited is dead, and what was lost is told once.
        DateTimeOffset later = Noon + WebhookPolicy.Lifetime + TimeSpan.FromMinutes(1);
        Assert.Equal(
            WebhookPolicy.MaxPending - WebhookPolicy.MaxSettled, await Store.PruneDeliveriesAsync(later, None));
        for (int i = 0; i < 2; i++)
            await Store.FollowPresenceAsync(later, TimeSpan.FromDays(9), 9, None);
        ClaimedDelivery told = Assert.Single(await ClaimAsync(9, later));
        Assert.Contains("\"webhook.events_dropped\"", told.Payload, StringComparison.Ordinal);
        Assert.Contains("\"dropped\":2", told.Payload, StringComparison.Ordinal);
        Assert.Equal(
            WebhookOutcome.NeverTried, (await Store.ListDeliveriesAsync(1, Hook, 9, None))[^1].Outcome);
        Assert.Equal(
            WebhookPolicy.MaxSettled,
            await Store.PruneDeliveriesAsync(Noon + WebhookPolicy.SettledKept + TimeSpan.FromSeconds(1), None));
    }

    private protected static WebhookView NewWebhook(string id, int tenant = 1) => new(
        id, tenant, "https://receiver.example/lumen",
        WebhookEvents.Choices.Select(WebhookEvents.BitOf).Aggregate((all, bit) => all | bit), "pager",
        WebhookState.Active, "x", Noon);

    private Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int limit, DateTimeOffset? at = null) =>
        Store.ClaimDeliveriesAsync(Hook, at ?? Noon, (at ?? Noon).AddMinutes(1), limit, None);

    private Task<bool> SettleAsync(ClaimedDelivery claimed, WebhookOutcome outcome, DateTimeOffset? next = null) =>
        Store.SettleDeliveryAsync(
            new SettledDelivery(
                Hook, claimed, outcome, outcome == WebhookOutcome.Delivered ? 200 : null, Noon, next),
            None);

    private static VerdictRow NewRefusal(BeaconId beacon) => NewVerdict(beacon, FirstSession) with
    {
        Outcome = AttestationOutcome.SignatureInvalid,
        Detail = "x",
        Session = null,
    };

    private Task SecondTenantAsync() =>
        Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");

    /// <summary>So many copies of a delivery that waits.</summary>
    private async Task FillAsync(int count)
    {
        await Store.TestWebhookAsync(1, Hook, Noon, None);
        await Database.ExecuteAsync($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})
            INSERT INTO webhook_deliveries (webhook_id, tenant_id, message_id, kind, payload, created_at, next_at)
            SELECT webhook_id, tenant_id, message_id, kind, payload, created_at, next_at FROM webhook_deliveries, n
            """);
    }
}
