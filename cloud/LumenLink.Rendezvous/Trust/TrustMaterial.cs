using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What the operator gave the service to judge with, read once at start.</summary>
/// <param name="ServiceKeys">Today's service key and certificate.</param>
/// <param name="DeviceCas">Pinned device CAs.</param>
/// <param name="Policy">Reference values.</param>
/// <param name="MinimumPolicyVersion">Lowest policy version that may judge.</param>
/// <param name="Environment">Where the service runs.</param>
internal sealed record TrustMaterial(
    ServiceKeys ServiceKeys, DeviceCas DeviceCas, ReferencePolicy Policy, int MinimumPolicyVersion,
    ServiceEnvironment Environment)
{
    /// <summary>Key and certificate of configurations; null when this service has none.</summary>
    public ServiceKeys? ConfigurationKeys { get; init; }

    /// <summary>Reads the operator folder.</summary>
    /// <param name="settings">Names the folder.</param>
    /// <param name="problems">Takes one sentence for each thing that is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TrustMaterial? Load(RendezvousSettings settings, List<string> problems)
    {
        ServiceKeys? keys = Try(() => ServiceKeys.Load(settings.OperatorFolder));
        ServiceKeys? configuration = Try(() => ServiceKeys.LoadConfiguration(settings.OperatorFolder));
        DeviceCas? cas = Try(() => DeviceCas.Load(settings.OperatorFolder, settings.Environment));
        ReferencePolicy? policy = Try(() => ReferencePolicy.Load(settings.OperatorFolder));
        return keys is null || cas is null || policy is null
            ? null
            : new TrustMaterial(keys, cas, policy, settings.MinimumPolicyVersion, settings.Environment)
            {
                ConfigurationKeys = configuration,
            };

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
