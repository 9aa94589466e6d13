using System.Globalization;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Audit;

/// <summary>Why a head was signed; claim of a head and column of its row.</summary>
public enum AuditHeadKind
{
    /// <summary>An hour went by.</summary>
    Hourly,

    /// <summary>The service stops in order: nothing more comes in this chain.</summary>
    Stop,

    /// <summary>Its service went away without a word; another one signs what it left.</summary>
    Left,
}

/// <summary>
/// A statement about a chain: at this time its newest entry was this one, so that it had that many.
/// </summary>
/// <param name="Chain">The chain.</param>
/// <param name="Number">Number of its newest entry, which is the count of all that it ever had.</param>
/// <param name="Hash">Hash of that entry.</param>
/// <param name="At">When that was so; milliseconds count.</param>
/// <param name="Kind">Why it was signed.</param>
public sealed record AuditHead(string Chain, long Number, byte[] Hash, DateTimeOffset At, AuditHeadKind Kind)
{
    /// <summary>typ of the header of its JWS.</summary>
    internal const string Type = "lumenlink-audit-head+jwt";

    /// <summary>Name of the file that it is exported to; a name comes once.</summary>
    internal string FileName => string.Create(
        CultureInfo.InvariantCulture, $"{Chain}-{Number:D12}-{At.ToUnixTimeMilliseconds():D14}-{Kind.Text()}.jws");

    /// <summary>The compact JWS of the statement.</summary>
    internal string Sign(ServiceKey key) => ServiceJws.Sign(key, Type, CanonicalJson.Write(new JsonObject
    {
        ["chain"] = Chain,
        ["number"] = Number,
        ["hash"] = Convert.ToHexStringLower(Hash),
        ["at_ms"] = At.ToUnixTimeMilliseconds(),
        ["kind"] = Kind.Text(),
    }));

    /// <summary>The statement of a payload, or null when it is none.</summary>
    internal static AuditHead? Read(JsonObject payload)
    {
        string? hash = ServiceJws.Text(payload, "hash");
        return ServiceJws.Text(payload, "chain") is { } chain && AuditHeadKinds.IsChain(chain)
            && ServiceJws.Number(payload, "number") is { } number and > 0
            && hash is { Length: 2 * AuditEntry.HashSize } && hash.All(char.IsAsciiHexDigitLower)
            && ServiceJws.Number(payload, "at_ms") is { } at and >= 0 and < 253_402_300_800_000
            && AuditHeadKinds.Parse(ServiceJws.Text(payload, "kind")) is { } kind
            ? new AuditHead(
                chain, number, Convert.FromHexString(hash), DateTimeOffset.FromUnixTimeMilliseconds(at), kind)
            : null;
    }
}

/// <summary>Names of kinds of heads, and of chains.</summary>
internal static class AuditHeadKinds
{
    private const int ChainCharacters = 32;

    /// <summary>As heads and rows write it.</summary>
    public static string Text(this AuditHeadKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind with this name, or null.</summary>
    public static AuditHeadKind? Parse(string? text)
    {
        foreach (AuditHeadKind kind in Enum.GetValues<AuditHeadKind>())
        {
            if (kind.Text() == text)
                return kind;
        }

        return null;
    }

    /// <summary>True for what names a chain.</summary>
    public static bool IsChain(string text) =>
        text.Length == ChainCharacters && text.All(char.IsAsciiHexDigitLower);
}
