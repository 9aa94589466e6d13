using System.Net;
using System.Text.Json;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Composition;

/// <summary>What the production guard judges by.</summary>
/// <param name="Settings">What the process was told.</param>
/// <param name="HasRootKey">True when operator/root.pub is there: the signing key's certificate is checked.</param>
/// <param name="WeakLevels">Levels below a secure element that operator/policy.json allows in production.</param>
/// <param name="Durability">What the database says; null when no database is named.</param>
internal sealed record ProductionFacts(
    RendezvousSettings Settings, bool HasRootKey, IReadOnlyList<SecurityLevel> WeakLevels,
    DatabaseDurability? Durability);

/// <summary>
/// What production refuses to start with, for every command. Nothing here is a warning, nothing can be overridden, and
/// every problem is named at once, so that an operator mends a deployment in one go.
/// </summary>
internal static class ProductionGuard
{
    /// <summary>
    /// There is no switch for any of these; somebody who sets one believes that there is, so each is told apart.
    /// </summary>
    private static readonly (string Word, string Truth)[] NoSuchSwitch =
    [
        ("KESTREL__", "addresses are those of the LUMENLINK_ settings"),
        ("ATTEST", "attestation cannot be switched off or weakened"),
        ("EPHEMERAL", "signing keys are never made by the service, they come from the operator folder"),
        ("SIGNING", "signing keys come from the operator folder only"),
        ("SOFTWARE", "production takes beacons with a secure element only"),
        ("EMULAT", "production takes beacons with a secure element only"),
    ];

    /// <summary>Every problem, one sentence each that says what to do, without the value of any setting.</summary>
    public static IReadOnlyList<string> Check(ProductionFacts facts) =>
    [
        .. Missing(facts.Settings), .. Trust(facts), .. Listeners(facts.Settings), .. Database(facts.Durability),
        .. facts.Settings.UnknownVariables.Select(Unknown),
    ];

    private static IEnumerable<string> Missing(RendezvousSettings settings)
    {
        if (settings.DatabaseUrl is null)
            yield return "production needs DATABASE_URL: the SQLite store is for development";
        if (settings.RedisUrl is null)
            yield return "production needs REDIS_URL: redis://… or rediss://…";
        if (settings.MasterKeyText is null)
            yield return "production needs LUMENLINK_MASTER_KEY: a key file is for development";
        if (settings.Audience == RendezvousSettings.DefaultAudience)
        {
            yield return $"production needs an audience of its own, not {RendezvousSettings.DefaultAudience}: set "
                + "LUMENLINK_AUDIENCE";
        }
    }

    private static IEnumerable<string> Trust(ProductionFacts facts)
    {
        if (!facts.HasRootKey)
            yield return "production needs operator/root.pub: without it nothing says whose signing key this is";
        foreach (SecurityLevel level in facts.WeakLevels)
        {
            yield return $"operator/policy.json allows the level {PolicyName(level)} in production: remove it, beacons "
                + "there need a secure element";
        }
    }

    private static IEnumerable<string> Listeners(RendezvousSettings settings)
    {
        if (settings.WebhookLoopback)
            yield return "LUMENLINK_WEBHOOK_LOOPBACK is for development: unset it";
        foreach (string origin in settings.CorsOrigins ?? [])
        {
            if (origin.Contains('*') || origin.Equals("null", StringComparison.OrdinalIgnoreCase))
                yield return "LUMENLINK_CORS_ORIGINS has a wildcard: name each origin";
            else if (!origin.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                yield return "LUMENLINK_CORS_ORIGINS has an origin without https: production takes https:// only";
        }

        if (settings.MetricsToken is null && !IPAddress.IsLoopback(settings.MetricsAddress))
        {
            yield return "LUMENLINK_METRICS_ADDRESS is not a loopback address: set LUMENLINK_METRICS_TOKEN, or keep "
                + "the metrics on 127.0.0.1";
        }

        if (settings.TraceUrl is { } traces
            && TraceAddress.Read(traces, out _) is { } collector && !TraceAddress.IsProtected(collector))
        {
            yield return "LUMENLINK_TRACE_URL is without TLS: production takes https:// unless the collector is on "
                + "this machine";
        }

        if (settings.BrokerUrl is not { } url)
        {
            if (settings.MqttCertificate is null && settings.MqttKey is null)
            {
                yield return "production needs TLS for the embedded broker: set LUMENLINK_MQTT_CERTIFICATE and "
                    + "LUMENLINK_MQTT_KEY to PEM files";
            }
        }
        else if (BrokerAddress.Read(url, out _) is { IsTls: false, IsLoopback: false })
        {
            yield return "LUMENLINK_BROKER_URL is without TLS: production takes mqtts:// unless the broker is on this "
                + "machine";
        }
    }

    private static IEnumerable<string> Database(DatabaseDurability? durability)
    {
        if (durability is null)
            yield break;
        if (!durability.IsKnown)
        {
            yield return "the database of DATABASE_URL does not say whether commits last: it must answer before "
                + "anything runs";
        }

        foreach (string setting in durability.Off)
        {
            yield return $"the database of DATABASE_URL has {setting} off: commits would not outlast a power cut, "
                + "switch it on";
        }
    }

    private static string Unknown(string name)
    {
        string? truth = NoSuchSwitch
            .FirstOrDefault(one => name.Contains(one.Word, StringComparison.OrdinalIgnoreCase)).Truth;
        return truth is null
            ? $"{name} is not a setting of the service: correct its name or unset it"
            : $"{name} is not a setting of the service: {truth}; unset it";
    }

    private static string PolicyName(SecurityLevel level) => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{level}");
}
