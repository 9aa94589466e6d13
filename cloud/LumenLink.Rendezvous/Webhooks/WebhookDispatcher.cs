using System.Collections.Concurrent;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Webhooks;

/// <summary>
/// Empties the outbox: each replica takes what is due under a lease, sends it and writes down what came of it. What a
/// replica has when it dies is due again at the end of its lease, under the same message id.
/// </summary>
internal sealed class WebhookDispatcher(
    IWebhookStore store, WebhookSender sender, SecretBox box, LumenMetrics metrics, TimeProvider time,
    ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Task> pumps = new(StringComparer.Ordinal);

    /// <summary>Looks once and delivers what is due; tests wait for its end.</summary>
    internal async Task DeliverAsync(CancellationToken stop)
    {
        await LookAsync(stop);
        await Task.WhenAll(pumps.Values);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(WebhookPolicy.LookEvery, time);
        try
        {
            for (int round = 0; ; round++)
            {
                await TryAsync(() => LookAsync(stoppingToken), stoppingToken);
                if (round % WebhookPolicy.CountEvery == 0)
                    await TryAsync(() => CountAsync(stoppingToken), stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(pumps.Values);
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        if (pumps.Count >= WebhookPolicy.WebhooksAtOnce)
            return;
        IReadOnlyList<DueWebhook> due =
            await store.ListDueWebhooksAsync(time.GetUtcNow(), WebhookPolicy.WebhooksAtOnce, stop);
        foreach (DueWebhook webhook in due)
        {
            if (pumps.Count >= WebhookPolicy.WebhooksAtOnce)
                return;
            TaskCompletionSource<bool> start = new(TaskCreationOptions.RunContinuationsAsynchronously);
            start.SetResult(pumps.TryAdd(webhook.Id, PumpAsync(webhook, start.Task, stop)));
        }
    }

    /// <summary>Rounds for one webhook, until nothing is due, it fails, or others had to wait for long.</summary>
    private async Task PumpAsync(DueWebhook webhook, Task<bool> isFirst, CancellationToken stop)
    {
        if (!await isFirst)
            return;
        await TryAsync(
            async () =>
            {
                int failures = webhook.Failures;
                for (int round = 0; round < WebhookPolicy.RoundsInARow; round++)
                {
                    DateTimeOffset now = time.GetUtcNow();
                    IReadOnlyList<ClaimedDelivery> claimed = await store.ClaimDeliveriesAsync(
                        webhook.Id, now, now + WebhookPolicy.Lease, WebhookPolicy.AtOnceAfter(failures), stop);
                    if (claimed.Count == 0)
                        return;
                    WebhookOutcome[] outcomes = await Task.WhenAll(
                        claimed.Select(delivery => DeliverAsync(webhook, delivery, stop)));
                    if (Array.Exists(outcomes, outcome => outcome != WebhookOutcome.Delivered))
                        return;
                    failures = 0;
                }
            },
            stop);
        pumps.TryRemove(webhook.Id, out _);
    }

    /// <summary>One try.</summary>
    private async Task<WebhookOutcome> DeliverAsync(
        DueWebhook webhook, ClaimedDelivery delivery, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        long started = time.GetTimestamp();
        WebhookAnswer answer = await SendAsync(webhook, delivery, now, stop);
        metrics.Webhooks.Seconds.Observe(time.GetElapsedTime(started).TotalSeconds);
        metrics.Webhooks.Deliveries(answer.Outcome).Inc();
        DateTimeOffset at = time.GetUtcNow();
        SettledDelivery settled = new(
            webhook.Id, delivery, answer.Outcome, answer.Status, at, NextOf(delivery, answer, at));
        if (!await store.SettleDeliveryAsync(settled, stop))
            logger.WebhookLeaseLost(webhook.Id, delivery.MessageId);
        if (answer.Outcome == WebhookOutcome.Gone)
            logger.WebhookGone(webhook.Id);
        else if (answer.Outcome != WebhookOutcome.Delivered && settled.NextAt is null)
            logger.WebhookDeliveryDead(webhook.Id, delivery.MessageId, answer.Outcome, delivery.Tries);
        return answer.Outcome;
    }

    private async Task<WebhookAnswer> SendAsync(
        DueWebhook webhook, ClaimedDelivery delivery, DateTimeOffset now, CancellationToken stop)
    {
        if (!box.TryOpen(WebhookSecret.Purpose(webhook.Id), webhook.SecretWrapped, out byte[]? secrets))
        {
            logger.WebhookSecretUnusable(webhook.Id);
            return new WebhookAnswer(WebhookOutcome.SecretUnusable, null);
        }

        long timestamp = now.ToUnixTimeSeconds();
        int signing = webhook.PreviousUntil > now ? secrets.Length : WebhookPolicy.SecretBytes;
        string signature = WebhookSecret.Sign(
            secrets.AsSpan(0, signing), delivery.MessageId, timestamp, delivery.Payload);
        CryptographicOperations.ZeroMemory(secrets);
        return await sender.SendAsync(
            webhook.Url, delivery.MessageId, timestamp, signature, delivery.Payload, stop);
    }

    /// <summary>When it is tried again; null: it is over.</summary>
    private static DateTimeOffset? NextOf(ClaimedDelivery delivery, WebhookAnswer answer, DateTimeOffset at)
    {
        if (answer.Outcome == WebhookOutcome.Delivered || delivery.Tries >= WebhookPolicy.MaxTries)
            return null;
        DateTimeOffset next =
            at + WebhookPolicy.WaitAfter(delivery.Tries, Random.Shared.NextDouble(), answer.RetryAfter);
        return next - delivery.CreatedAt > WebhookPolicy.Lifetime ? null : next;
    }

    private async Task CountAsync(CancellationToken stop)
    {
        OutboxCount count = await store.CountOutboxAsync(stop);
        metrics.Webhooks.Pending.Set(count.Pending);
        metrics.Webhooks.Dropped.Set(count.Dropped);
    }

    /// <summary>What failed is due again: by the next look, or at the end of a lease.</summary>
    private async Task TryAsync(Func<Task> work, CancellationToken stop)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the service: what was under way is due again at the end of its lease.
        }
        catch (Exception exception)
        {
            metrics.Webhooks.Failures.Inc();
            logger.WebhooksNotDelivered(exception);
        }
    }
}
