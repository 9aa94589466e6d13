using System.Text.Json;

namespace LumenLink.Rendezvous.Audit;

/// <summary>An entry as the API tells it, and a line of an export; hashes in hexadecimal.</summary>
/// <param name="Chain">Its chain.</param>
/// <param name="Number">Its number there.</param>
/// <param name="At">When, to the millisecond.</param>
/// <param name="TenantId">Whose, or null.</param>
/// <param name="Kind">Kind of entry.</param>
/// <param name="Subject">What it happened to.</param>
/// <param name="Actor">Who brought it about.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">More.</param>
/// <param name="Judged">Hash of what was judged or signed, or empty.</param>
/// <param name="Previous">Hash of the entry before.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record AuditLine(
    string Chain, long Number, DateTimeOffset At, int? TenantId, string Kind, string Subject, string Actor,
    string Outcome, string Detail, string Judged, string Previous, string Hash)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>An entry as a line.</summary>
    public static AuditLine Of(AuditEntry entry) => new(
        entry.Chain, entry.Number, entry.Fact.At, entry.Fact.TenantId, entry.Fact.Kind, entry.Fact.Subject,
        entry.Fact.Actor, entry.Fact.Outcome, entry.Fact.Detail, Convert.ToHexStringLower(entry.Fact.Judged),
        Convert.ToHexStringLower(entry.Previous), Convert.ToHexStringLower(entry.Hash));

    /// <summary>The entry of a line of JSON, whether or not its hash is right; null when it is none.</summary>
    public static AuditEntry? Read(JsonElement json)
    {
        try
        {
            return json.Deserialize<AuditLine>(Options) is { } line && AuditHeadKinds.IsChain(line.Chain)
                ? new AuditEntry(
                    line.Chain, line.Number,
                    new AuditFact(
                        line.At, line.TenantId, line.Kind, line.Subject, line.Actor, line.Outcome, line.Detail,
                        Convert.FromHexString(line.Judged)),
                    Convert.FromHexString(line.Previous), Convert.FromHexString(line.Hash))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }
}
