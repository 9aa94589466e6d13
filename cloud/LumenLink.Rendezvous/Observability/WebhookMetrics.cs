using LumenLink.Rendezvous.Store;
using Prometheus;

namespace LumenLink.Rendezvous.Observability;

/// <summary>
/// Metrics of webhooks. No label names a webhook: tenants would see each other's, and add time series.
/// </summary>
public sealed class WebhookMetrics
{
    private readonly Counter deliveries;

    internal WebhookMetrics(IMetricFactory factory)
    {
        deliveries = factory.CreateCounter(
            "lumenlink_webhook_deliveries_total", "Tries of deliveries to webhooks, by what they came to.",
            ["outcome"]);
        foreach (WebhookOutcome outcome in Enum.GetValues<WebhookOutcome>())
            deliveries.WithLabels($"{outcome}");
        Seconds = factory.CreateHistogram(
            "lumenlink_webhook_delivery_seconds", "Time of a try until the receiver's status.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.01, 2.5, 9) });
        Pending = factory.CreateGauge(
            "lumenlink_webhook_deliveries_pending",
            "Deliveries in all outboxes that are not over; counted each minute.");
        Dropped = factory.CreateGauge(
            "lumenlink_webhook_events_dropped",
            "Events dropped because too many waited, of webhooks that are there; counted each minute.");
        Failures = factory.CreateCounter(
            "lumenlink_webhook_failures_total", "Times that the outbox could not be read or written.");
    }

    /// <summary>Times of tries.</summary>
    public Histogram Seconds { get; }

    /// <summary>What waits.</summary>
    public Gauge Pending { get; }

    /// <summary>What was dropped.</summary>
    public Gauge Dropped { get; }

    /// <summary>Faults of the store.</summary>
    public Counter Failures { get; }

    /// <summary>Tries that came to this.</summary>
    public Counter.Child Deliveries(WebhookOutcome outcome) => deliveries.WithLabels($"{outcome}");
}
