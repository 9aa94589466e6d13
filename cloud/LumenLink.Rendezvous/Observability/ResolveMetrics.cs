using LumenLink.Rendezvous.Resolve;
using Prometheus;

namespace LumenLink.Rendezvous.Observability;

/// <summary>Metrics of resolving identifiers.</summary>
public sealed class ResolveMetrics
{
    private readonly Counter identifiers;

    internal ResolveMetrics(IMetricFactory factory)
    {
        identifiers = factory.CreateCounter(
            "lumenlink_resolved_identifiers_total", "Identifiers that clients asked for, by what they came to.",
            ["outcome"]);
        Known = identifiers.WithLabels($"{ResolveOutcome.Known}");
        Unknown = identifiers.WithLabels($"{ResolveOutcome.Unknown}");
        Beacons = factory.CreateGauge("lumenlink_fleet_beacons", "Beacons that identifiers are resolved to.");
        Anchored = factory.CreateGauge(
            "lumenlink_fleet_clocks_elsewhere", "Beacons whose identifier clock is not by the time.");
        FleetReadAt = factory.CreateGauge(
            "lumenlink_fleet_read_time_seconds",
            "Unix time at which a reading of where all beacons stand ended last; 0 before.");
        TableSeconds = factory.CreateHistogram(
            "lumenlink_identifier_table_seconds", "Time to make the table of the whole fleet's identifiers.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 4, 8) });
        Failures = factory.CreateCounter(
            "lumenlink_fleet_read_failures_total", "Readings of the fleet that failed; each is tried again.");
    }

    /// <summary>Beacons in memory.</summary>
    public Gauge Beacons { get; }

    /// <summary>Beacons whose identifier clock is elsewhere.</summary>
    public Gauge Anchored { get; }

    /// <summary>When the last reading ended, unix seconds.</summary>
    public Gauge FleetReadAt { get; }

    /// <summary>Times of making a table.</summary>
    public Histogram TableSeconds { get; }

    /// <summary>Failed readings.</summary>
    public Counter Failures { get; }

    /// <summary>Identifiers that a beacon advertises.</summary>
    public Counter.Child Known { get; }

    /// <summary>Identifiers of nobody.</summary>
    public Counter.Child Unknown { get; }
}
