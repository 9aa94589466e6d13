using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Takes up what the operator did to the keys while the service runs: looks at the manifest when it is called, once a
/// minute, and loads the keys when it changed. Keys that cannot be loaded change nothing: the ones from before go on.
/// </summary>
internal sealed class KeyRefresh(
    RendezvousSettings settings, OperatorKeys keys, LumenMetrics metrics, ILogger<KeyRefresh> logger)
{
    private byte[] seen = []; // the first look loads: something may have changed since the start

    /// <summary>Looks at the manifest.</summary>
    /// <returns>False when it changed to something that cannot be loaded.</returns>
    public bool Look()
    {
        bool isGood = true;
        try
        {
            byte[] manifest = ReadManifest(settings);
            if (manifest.Length > 0 && !manifest.AsSpan().SequenceEqual(seen))
            {
                keys.Take(KeyManifest.Load(settings.OperatorFolder));
                seen = manifest;
                logger.KeysTaken();
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException
            or UnauthorizedAccessException)
        {
            isGood = false;
            metrics.KeyLoadFailures.Inc();
            logger.KeysNotTaken(exception);
        }

        Tell();
        return isGood;
    }

    private void Tell()
    {
        foreach (KeyUsage usage in Enum.GetValues<KeyUsage>())
            metrics.KeyVersion(usage).Set(keys.Signing(usage)?.Certificate.Version ?? 0);
    }

    private static byte[] ReadManifest(RendezvousSettings settings)
    {
        string path = KeyManifest.PathIn(settings.OperatorFolder);
        return File.Exists(path) ? File.ReadAllBytes(path) : [];
    }
}
