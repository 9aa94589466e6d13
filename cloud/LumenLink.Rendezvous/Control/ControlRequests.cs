using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Control;

/// <summary>What a page may ask of a beacon.</summary>
public interface IBeaconCommander
{
    /// <summary>Asks for a command without argument, with the usual time to do it.</summary>
    Task<ControlRequestOutcome> CommandAsync(BeaconId beacon, BeaconCommand command);
}

/// <summary>What people ask of beacons, from wherever they ask: stored, then looked after at once.</summary>
internal sealed class ControlRequests(
    IControlStore store, ConfigurationSigner signer, ControlPush push, TimeProvider time,
    ILogger<ControlRequests> logger) : IBeaconCommander
{
    /// <summary>Who asks by a button of the dashboard.</summary>
    private const string Page = "dashboard";

    /// <summary>False when this service has no key to sign configurations with.</summary>
    public bool CanConfigure => signer.CanSign;

    /// <summary>Asks a beacon to do something once; argument and expiry were checked.</summary>
    public async Task<(ControlRequestOutcome Outcome, CommandView? Command)> CommandAsync(
        int tenantId, BeaconId beacon, BeaconCommand command, ushort argument, TimeSpan expiresIn, string by,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        (ControlRequestOutcome outcome, CommandView? added) = await store.AddCommandAsync(
            tenantId, beacon, command, argument, now + expiresIn, by, now, cancellationToken);
        if (added is not null)
        {
            logger.CommandAdded(added.Id, beacon, command, by);
            push.Wake();
        }

        return (outcome, added);
    }

    /// <inheritdoc/>
    public async Task<ControlRequestOutcome> CommandAsync(BeaconId beacon, BeaconCommand command) =>
        (await CommandAsync(
            ApiLimits.TenantId, beacon, command, 0, ControlPolicy.DefaultExpiry, Page, CancellationToken.None)).Outcome;

    /// <summary>Gives a beacon a configuration of lines that were checked, perhaps after a certain one only.</summary>
    public async Task<(ControlRequestOutcome Outcome, ConfigurationView? Configuration)> ConfigureAsync(
        int tenantId, BeaconId beacon, string text, uint? after, string by, CancellationToken cancellationToken)
    {
        (ControlRequestOutcome outcome, ConfigurationView? added) = await store.AddConfigurationAsync(
            tenantId, beacon, text, version => signer.Sign(beacon, version, text), by, time.GetUtcNow(),
            cancellationToken, after);
        if (added is not null)
        {
            logger.ConfigurationAdded(added.Version, beacon, by);
            push.Wake();
        }

        return (outcome, added);
    }
}
