using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Live;
using Prometheus;

namespace LumenLink.Rendezvous.Observability;

/// <summary>Metrics of what replicas share: limits and live events.</summary>
public sealed class ReplicaMetrics
{
    private readonly Counter limited;
    private readonly Counter events;

    internal ReplicaMetrics(IMetricFactory factory)
    {
        limited = factory.CreateCounter(
            "lumenlink_limited_calls_total", "Calls whose client was judged by its limit, by what came of it.",
            ["outcome"]);
        events = factory.CreateCounter(
            "lumenlink_shared_events_total", "Live events between replicas, by what became of them.", ["outcome"]);
        RedisUp = factory.CreateGauge("lumenlink_redis_up", "1 while Redis is asked; 0 while it is away or not set.");
        Known = factory.CreateGauge(
            "lumenlink_replicas", "Replicas when Redis was heard of last; 0 before, and where none is set.");
    }

    /// <summary>1 while Redis is asked.</summary>
    public Gauge RedisUp { get; }

    /// <summary>Replicas that there are.</summary>
    public Gauge Known { get; }

    /// <summary>Calls with this outcome.</summary>
    internal Counter.Child Limited(LimitOutcome outcome) => limited.WithLabels($"{outcome}");

    /// <summary>Live events with this outcome.</summary>
    internal Counter.Child Events(SharedEventOutcome outcome) => events.WithLabels($"{outcome}");
}
