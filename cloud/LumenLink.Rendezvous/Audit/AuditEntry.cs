using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Audit;

/// <summary>Kinds of entries, as they are written; a later service may know more.</summary>
internal static class AuditKind
{
    /// <summary>The first entry of a chain.</summary>
    public const string Started = "started";

    /// <summary>A verdict on Evidence.</summary>
    public const string Verdict = "verdict";

    /// <summary>A beacon was enrolled.</summary>
    public const string Enrolment = "enrolment";

    /// <summary>A beacon was given another name, region or location.</summary>
    public const string Place = "place";

    /// <summary>A beacon was revoked.</summary>
    public const string Revocation = "revocation";

    /// <summary>An enrolment group was made, closed or given other weights.</summary>
    public const string Group = "group";

    /// <summary>An alarm was acknowledged.</summary>
    public const string Alarm = "alarm";

    /// <summary>A command was asked for.</summary>
    public const string Command = "command";

    /// <summary>A configuration was asked for, and signed.</summary>
    public const string Configuration = "configuration";

    /// <summary>An API key was made or revoked.</summary>
    public const string ApiKey = "api_key";

    /// <summary>A webhook was made, changed, or is gone.</summary>
    public const string Webhook = "webhook";

    /// <summary>Which service keys sign from now on.</summary>
    public const string Keys = "keys";
}

/// <summary>What happened, before it has its place in a chain.</summary>
/// <param name="At">When, in service time; milliseconds count.</param>
/// <param name="TenantId">Whose, or null.</param>
/// <param name="Kind">One of <see cref="AuditKind"/>.</param>
/// <param name="Subject">What it happened to: a beacon id, or empty.</param>
/// <param name="Actor">Who brought it about.</param>
/// <param name="Outcome">What came of it: the name of an outcome of its kind.</param>
/// <param name="Detail">More, for people.</param>
/// <param name="Judged">SHA-256 of what was judged or signed; empty when there is nothing.</param>
public sealed record AuditFact(
    DateTimeOffset At, int? TenantId, string Kind, string Subject, string Actor, string Outcome, string Detail,
    byte[] Judged)
{
    /// <summary>Who acts when nobody asked: the service itself.</summary>
    public const string Service = "service";

    /// <summary>Something that a person asked for and the store did.</summary>
    public static AuditFact Of(
        DateTimeOffset at, int? tenantId, string kind, BeaconId subject, string actor, string outcome,
        string detail = "", byte[]? judged = null) =>
        new(at, tenantId, kind, subject.ToString(), actor, outcome, detail, judged ?? []);
}

/// <summary>A fact at its place in a chain.</summary>
/// <param name="Chain">Which chain: 32 hexadecimal digits, drawn at the start of the process that writes it.</param>
/// <param name="Number">Place in the chain, from 1, without gaps.</param>
/// <param name="Fact">What happened.</param>
/// <param name="Previous">Hash of the entry before; 32 zeros before the first.</param>
/// <param name="Hash">Hash of this entry as it is stored.</param>
public sealed record AuditEntry(string Chain, long Number, AuditFact Fact, byte[] Previous, byte[] Hash)
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>Stands before the bytes of every entry, so that they are the bytes of nothing else.</summary>
    private static ReadOnlySpan<byte> Tag => "LL1.audit\0\0\0\0\0\0\0"u8;

    /// <summary>Version of the form below.</summary>
    private const byte FormVersion = 1;

    /// <summary>The fact as the next entry of a chain; its texts are cut to what an entry takes.</summary>
    public static AuditEntry Next(string chain, long number, AuditFact fact, byte[] previous)
    {
        AuditFact kept = fact with
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(fact.At.ToUnixTimeMilliseconds()),
            Subject = Cut(fact.Subject),
            Actor = Cut(fact.Actor),
            Outcome = Cut(fact.Outcome),
            Detail = Cut(fact.Detail),
        };
        return new AuditEntry(chain, number, kept, previous, HashOf(chain, number, kept, previous));
    }

    /// <summary>The hash that this entry must have.</summary>
    public byte[] ComputeHash() => HashOf(Chain, Number, Fact, Previous);

    /// <summary>The hash that it would have at another place.</summary>
    public byte[] ComputeHashAt(long number) => HashOf(Chain, number, Fact, Previous);

    /// <summary>
    /// SHA-256 of the canonical bytes: tag, version u8, chain (16 bytes), number u64, time in unix milliseconds i64,
    /// tenant u32 (0: none); kind, subject, actor, outcome, detail, judged, previous, each behind its length in bytes
    /// as u32, texts in UTF-8. Numbers are little-endian.
    /// </summary>
    private static byte[] HashOf(string chain, long number, AuditFact fact, byte[] previous)
    {
        using MemoryStream bytes = new();
        Span<byte> eight = stackalloc byte[8];
        bytes.Write(Tag);
        bytes.WriteByte(FormVersion);
        bytes.Write(Convert.FromHexString(chain));
        BinaryPrimitives.WriteInt64LittleEndian(eight, number);
        bytes.Write(eight);
        BinaryPrimitives.WriteInt64LittleEndian(eight, fact.At.ToUnixTimeMilliseconds());
        bytes.Write(eight);
        BinaryPrimitives.WriteInt32LittleEndian(eight, fact.TenantId ?? 0);
        bytes.Write(eight[..4]);
        foreach (string text in (string[])[fact.Kind, fact.Subject, fact.Actor, fact.Outcome, fact.Detail])
            Append(bytes, Encoding.UTF8.GetBytes(text));
        Append(bytes, fact.Judged);
        Append(bytes, previous);
        return SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void Append(MemoryStream bytes, byte[] value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
        bytes.Write(length);
        bytes.Write(value);
    }

    /// <summary>Valid text without zero characters, which PostgreSQL does not store, of a bounded length.</summary>
    private static string Cut(string text)
    {
        string kept = new([.. text.Where(c => c != '\0' && !char.IsSurrogate(c))]);
        while (Encoding.UTF8.GetByteCount(kept) > AuditPolicy.MaxText)
            kept = kept[..^1];
        return kept;
    }
}
