using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Audit;

/// <summary>What became of a head; metric label.</summary>
internal enum AuditHeadOutcome
{
    /// <summary>It was signed and is in the store.</summary>
    Signed,

    /// <summary>It was not: the store did not answer.</summary>
    NotSigned,

    /// <summary>The operator gave no key that signs heads.</summary>
    NoKey,

    /// <summary>It is in the export folder.</summary>
    Exported,

    /// <summary>It could not be written there; it is tried again.</summary>
    NotExported,
}

/// <summary>How the heads stand, for the readiness check.</summary>
public enum AuditHealth
{
    /// <summary>Signed, and exported if there is a folder.</summary>
    Ok,

    /// <summary>The operator gave no key that signs heads.</summary>
    NoKey,

    /// <summary>A head was due and could not be signed.</summary>
    NotSigned,

    /// <summary>Signed ones wait to be exported.</summary>
    NotExported,
}

/// <summary>
/// Signs the head of this replica's chain at the start, each hour and at the stop; signs the last head of chains whose
/// service went away; writes heads to the export folder. What fails is tried again each minute. Also notes which
/// service keys sign, because nothing else does.
/// </summary>
internal sealed class AuditHeads(
    IAuditStore store, OperatorKeys keys, RendezvousSettings settings, LumenMetrics metrics, TimeProvider time,
    ILogger<AuditHeads> logger) : BackgroundService
{
    private readonly SemaphoreSlim running = new(1, 1);
    private readonly Queue<(string FileName, string Jws)> waiting = [];
    private DateTimeOffset? signedAt;
    private string keysNoted = "";
    private bool hasFailed;

    /// <summary>How the heads stand.</summary>
    public AuditHealth Health { get; private set; }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RunAsync(AuditHeadKind.Stop, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        running.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(AuditPolicy.Round, time);
        try
        {
            do
                await RunAsync(AuditHeadKind.Hourly, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop has a head of its own.
        }
    }

    /// <summary>One round: a head if one is due, then the export.</summary>
    /// <param name="kind">Hourly: only when it is due; Stop: always.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    internal async Task RunAsync(AuditHeadKind kind, CancellationToken cancellationToken)
    {
        await running.WaitAsync(cancellationToken);
        try
        {
            await TryAsync(kind, cancellationToken);
        }
        finally
        {
            running.Release();
        }
    }

    private async Task TryAsync(AuditHeadKind kind, CancellationToken cancellationToken)
    {
        try
        {
            await NoteKeysAsync(cancellationToken);
            if (kind == AuditHeadKind.Stop || IsDue())
                await SignAsync(kind, cancellationToken);
            hasFailed = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            hasFailed = true;
            metrics.AuditHeads(AuditHeadOutcome.NotSigned).Inc();
            logger.AuditHeadFailed(exception);
        }

        Export();
        Health = keys.Audit is null ? AuditHealth.NoKey
            : hasFailed ? AuditHealth.NotSigned
            : waiting.Count > 0 ? AuditHealth.NotExported
            : AuditHealth.Ok;
    }

    private bool IsDue() => signedAt is not { } last || time.GetUtcNow() - last >= AuditPolicy.HeadEvery;

    /// <summary>An entry when other keys sign than before; the first one when the service starts.</summary>
    private async Task NoteKeysAsync(CancellationToken cancellationToken)
    {
        string signing = string.Join(", ", Enum.GetValues<KeyUsage>()
            .Where(usage => keys.Signing(usage) is not null)
            .Select(usage => $"{usage.Text()}-{keys.Signing(usage)!.Certificate.Version}"));
        if (signing == keysNoted)
            return;
        AuditFact fact = new(
            time.GetUtcNow(), null, AuditKind.Keys, "", AuditFact.Service, "Signing", signing, []);
        await store.AuditAsync([fact], cancellationToken);
        keysNoted = signing;
    }

    private async Task SignAsync(AuditHeadKind kind, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (keys.Audit is null)
        {
            signedAt = now;
            metrics.AuditHeads(AuditHeadOutcome.NoKey).Inc();
            logger.AuditUnsigned();
            return;
        }

        foreach (AuditChain chain in await store.ListAuditChainsAsync(cancellationToken))
        {
            if (chain.Chain == store.AuditChain)
                await SignAsync(chain, kind, now, cancellationToken);
            else if (!chain.IsOver && now - (chain.HeadAt ?? chain.StartedAt) >= AuditPolicy.LeftAfter)
            {
                logger.AuditChainLeft(chain.Chain);
                await SignAsync(chain, AuditHeadKind.Left, now, cancellationToken);
            }
        }

        signedAt = now;
        metrics.AuditHeadAt.Set(now.ToUnixTimeSeconds());
    }

    private async Task SignAsync(
        AuditChain chain, AuditHeadKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AuditHead head = new(chain.Chain, chain.Number, chain.Hash, now, kind);
        string jws = head.Sign(keys.Audit!);
        await store.AddAuditHeadAsync(head, jws, cancellationToken);
        metrics.AuditHeads(AuditHeadOutcome.Signed).Inc();
        if (settings.AuditExportFolder is null)
            return;
        waiting.Enqueue((head.FileName, jws));
        if (waiting.Count > AuditPolicy.HeadsWaiting)
            waiting.Dequeue();
    }

    private void Export()
    {
        try
        {
            while (waiting.TryPeek(out (string FileName, string Jws) head))
            {
                AuditExportFolder.Write(settings.AuditExportFolder!, head.FileName, head.Jws);
                waiting.Dequeue();
                metrics.AuditHeads(AuditHeadOutcome.Exported).Inc();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            metrics.AuditHeads(AuditHeadOutcome.NotExported).Inc();
            logger.AuditNotExported(waiting.Count, exception);
        }

        metrics.AuditHeadsWaiting.Set(waiting.Count);
    }
}
