using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Control;

/// <summary>What people ask of beacons, from wherever they ask: stored, then looked after at once.</summary>
internal sealed class ControlRequests(
    IControlStore store, ConfigurationSigner signer, ControlPush push, TimeProvider time,
    ILogger<ControlRequests> logger)
{
    /// <summary>False when this service has no key to sign configurations with.</summary>
    public bool CanConfigure => signer.CanSign;

    /// <summary>Asks a beacon to do something once; argument and expiry were checked.</summary>
    public async Task<(ControlRequestOutcome Outcome, CommandView? Command)> CommandAsync(
        BeaconId beacon, BeaconCommand command, ushort argument, TimeSpan expiresIn, string by,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        (ControlRequestOutcome outcome, CommandView? added) = await store.AddCommandAsync(
            ApiLimits.TenantId, beacon, command, argument, now + expiresIn, by, now, cancellationToken);
        if (added is not null)
        {
            logger.CommandAdded(added.Id, beacon, command, by);
            push.Wake();
        }

        return (outcome, added);
    }

    /// <summary>Gives a beacon a configuration of lines that were checked.</summary>
    public async Task<(ControlRequestOutcome Outcome, ConfigurationView? Configuration)> ConfigureAsync(
        BeaconId beacon, string text, string by, CancellationToken cancellationToken)
    {
        (ControlRequestOutcome outcome, ConfigurationView? added) = await store.AddConfigurationAsync(
            ApiLimits.TenantId, beacon, text, version => signer.Sign(beacon, version, text), by, time.GetUtcNow(),
            cancellationToken);
        if (added is not null)
        {
            logger.ConfigurationAdded(added.Version, beacon, by);
            push.Wake();
        }

        return (outcome, added);
    }
}
