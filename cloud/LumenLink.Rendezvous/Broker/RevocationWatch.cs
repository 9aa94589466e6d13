using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Broker;

/// <summary>Has this replica look each second who was revoked, and ends their connections.</summary>
internal sealed class RevocationWatch(
    Revocations revocations, IBrokerConnections connections, TimeProvider time) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(LookAsync(stoppingToken), DisconnectAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TrustPolicy.RevocationsPoll, time);
        do
            await revocations.LookAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await foreach (BeaconId beacon in revocations.News.ReadAllAsync(cancellationToken))
            await connections.DisconnectAsync(beacon, IngestOutcome.Revoked);
    }
}
