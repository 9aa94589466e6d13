using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What the operator gave the service to judge with, read once at start.</summary>
/// <param name="Keys">Service keys and certificates, as they were at the start.</param>
/// <param name="DeviceCas">Pinned device CAs and their revocation lists.</param>
/// <param name="Policy">Reference values.</param>
/// <param name="MinimumPolicyVersion">Lowest policy version that may judge.</param>
/// <param name="Environment">Where the service runs.</param>
internal sealed record TrustMaterial(
    KeyRings Keys, DeviceCaFolder DeviceCas, ReferencePolicy Policy, int MinimumPolicyVersion,
    ServiceEnvironment Environment)
{
    /// <summary>Reads the operator folder.</summary>
    /// <param name="settings">Names the folder.</param>
    /// <param name="problems">Takes one sentence for each thing that is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TrustMaterial? Load(RendezvousSettings settings, List<string> problems)
    {
        KeyRings? keys = Try(() => KeyManifest.Load(settings.OperatorFolder));
        DeviceCaFolder? cas = Try(() => DeviceCaFolder.Open(settings.OperatorFolder, settings.Environment));
        ReferencePolicy? policy = Try(() => ReferencePolicy.Load(settings.OperatorFolder));
        return keys is null || cas is null || policy is null
            ? null
            : new TrustMaterial(keys, cas, policy, settings.MinimumPolicyVersion, settings.Environment);

        T? Try<T>(Func<T?> load)
            where T : class
        {
            try
            {
                return load();
            }
            catch (Exception exception) when (IsUnusable(exception))
            {
                problems.Add(exception.Message);
                return null;
            }
        }
    }

    /// <summary>True for what reading a file of the operator's throws when it cannot be used.</summary>
    internal static bool IsUnusable(Exception exception) =>
        exception is InvalidOperationException or IOException or UnauthorizedAccessException;
}
