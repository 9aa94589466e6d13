using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Observability;

/// <summary>Answer of a readiness check, one member per thing asked.</summary>
/// <param name="Store">The store's answer.</param>
/// <param name="Broker">How the way to the beacons is.</param>
/// <param name="Keys">True when the current epoch key can be had and opened.</param>
/// <param name="Audit">How the audit's heads stand; the service does its work without them.</param>
/// <param name="Redis">Whether Redis does its part; the service does its work without it, as well as it can.</param>
public readonly record struct ReadinessReport(
    StoreHealth Store, BrokerHealth Broker, bool Keys, AuditHealth Audit = AuditHealth.Ok,
    RedisHealth Redis = RedisHealth.Unused)
{
    /// <summary>True when all is well.</summary>
    public bool IsReady => Store == StoreHealth.Ok && Keys
        && Broker is (BrokerHealth.Ok or BrokerHealth.CannotDisconnect);
}

/// <summary>Asks the parts whether the service can do its work now.</summary>
public interface IReadiness
{
    /// <summary>How the way to the beacons is; known without asking.</summary>
    BrokerHealth Broker { get; }

    /// <summary>Whether Redis was asked last with success; known without asking.</summary>
    RedisHealth Redis { get; }

    /// <summary>Asks. Never throws for a part that is sick.</summary>
    Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Asks store, broker, keys and Redis whether the service can do its work now. For /health/ready.</summary>
public sealed class Readiness : IReadiness
{
    private readonly IRendezvousStore store;
    private readonly IBroker broker;
    private readonly EpochKeys epochs;
    private readonly AuditHeads audit;
    private readonly RedisLink? redis;

    internal Readiness(
        IRendezvousStore store, IBroker broker, EpochKeys epochs, AuditHeads audit, RedisLink? redis = null)
    {
        this.redis = redis;
        this.store = store;
        this.broker = broker;
        this.epochs = epochs;
        this.audit = audit;
    }

    /// <inheritdoc/>
    public BrokerHealth Broker => broker.Health;

    /// <inheritdoc/>
    public RedisHealth Redis => redis is null ? RedisHealth.Unused : redis.IsUp ? RedisHealth.Ok : RedisHealth.Away;

    /// <inheritdoc/>
    public async Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        if (redis is not null)
            await redis.AskAsync(one => one.PingAsync()); // what comes of it is told by Redis
        StoreHealth health = await store.CheckAsync(cancellationToken);
        return new ReadinessReport(
            health, broker.Health, health == StoreHealth.Ok && await HasKeysAsync(cancellationToken),
            audit.Health, Redis);
    }

    private async Task<bool> HasKeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            await epochs.CurrentAsync(cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The answer is the outcome: "not ready".
            return false;
        }
    }
}
