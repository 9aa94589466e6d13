using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Webhooks;

/// <summary>What of a replica delivers webhooks, over a store of its own; it delivers when it is told to.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly IRendezvousStore inner;
    private readonly WebhookSender sender;

    public Replica(
        TestDatabase database, TimeProvider time, SecretBox box, WebhookAddress? addresses = null,
        HostLookup? lookup = null, TimeSpan? timeout = null)
    {
        inner = StoreFactory.Create(database.Settings);
        (Store, Gate) = StoreGate.Around(inner);
        sender = new WebhookSender(addresses ?? new WebhookAddress(AllowsLoopback: true), lookup, timeout);
        Dispatcher = new WebhookDispatcher(
            Store, sender, box, Metrics, time, Log.LoggerOf<WebhookDispatcher>());
    }

    public IRendezvousStore Store { get; }

    public StoreGate Gate { get; }

    public LogCapture Log { get; } = new();

    public LumenMetrics Metrics { get; } = new(Prometheus.Metrics.NewCustomRegistry());

    public WebhookDispatcher Dispatcher { get; }

    public Task DeliverAsync() => Dispatcher.DeliverAsync(default);

    public double Count(WebhookOutcome outcome) => Metrics.Webhooks.Deliveries(outcome).Value;

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        sender.Dispose();
        Log.Dispose();
        await inner.DisposeAsync();
    }
}
