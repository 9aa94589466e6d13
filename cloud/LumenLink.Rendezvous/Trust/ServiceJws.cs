using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using Base64Url = System.Buffers.Text.Base64Url;

namespace LumenLink.Rendezvous.Trust;

/// <summary>How far a text is the JWS of a service key, in the order of the checks.</summary>
internal enum JwsVerdict
{
    /// <summary>A key that a pinned root certified for this usage signed it.</summary>
    Good,

    /// <summary>It is no compact JWS of this type, or not in its one byte form.</summary>
    Malformed,

    /// <summary>Its key is not certified for this usage by a pinned root.</summary>
    CertificateUntrusted,

    /// <summary>The certified key did not sign it.</summary>
    SignatureInvalid,
}

/// <summary>What a JWS says.</summary>
/// <param name="Verdict">The first check that failed, or Good.</param>
/// <param name="Payload">Its payload when it is good, else null.</param>
/// <param name="CertificateVersion">Version of its key's certificate when that is trusted, else 0.</param>
internal sealed record JwsReading(JwsVerdict Verdict, JsonObject? Payload, uint CertificateVersion);

/// <summary>
/// Compact JWS (RFC 7515, ES256) of service keys. The header carries the operator root's certificate for the key, so
/// that whoever pins the root needs nothing else.
/// </summary>
internal static class ServiceJws
{
    /// <summary>Member with the certificate, 141 bytes in base64url: header parameter and JWK member.</summary>
    public const string CertificateMember = "lumenlink_cert";

    /// <summary>The compact JWS.</summary>
    public static string Sign(ServiceKey key, string type, byte[] payload)
    {
        JsonObject header = new()
        {
            ["alg"] = "ES256",
            ["kid"] = Thumbprint(key.Certificate.Key),
            [CertificateMember] = Encode(key.CertificateBytes.Span),
            ["typ"] = type,
        };
        string signed = Encode(CanonicalJson.Write(header)) + "." + Encode(payload);
        return signed + "." + Encode(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Checks a compact JWS without a network.</summary>
    /// <param name="jws">The text.</param>
    /// <param name="type">typ that its header must have.</param>
    /// <param name="usage">What its key must be certified for.</param>
    /// <param name="roots">Pinned operator roots, 64 bytes each.</param>
    public static JwsReading Read(string jws, string type, KeyUsage usage, IReadOnlyList<byte[]> roots)
    {
        ServiceCertificate certificate = new();
        string[] parts = jws.Split('.');
        if (parts.Length != 3 || ReadObject(parts[0]) is not { } header || Text(header, "alg") != "ES256"
            || Text(header, "typ") != type || header.ContainsKey("crit")
            || Bytes(Text(header, CertificateMember)) is not { } bytes
            || Bytes(parts[2]) is not { Length: WireSizes.Signature } signature)
        {
            return new JwsReading(JwsVerdict.Malformed, null, 0);
        }

        if (bytes.Length != ServiceCertificate.Size || certificate.Read(bytes, 0, bytes.Length) != WireError.None
            || certificate.Usage != (byte)usage || !IsCertified(certificate, bytes, roots)
            || Text(header, "kid") != Thumbprint(certificate.Key))
        {
            return new JwsReading(JwsVerdict.CertificateUntrusted, null, 0);
        }

        byte[] signed = Encoding.ASCII.GetBytes(jws[..jws.LastIndexOf('.')]);
        if (!P256.Verifies(certificate.Key, signed, signature))
            return new JwsReading(JwsVerdict.SignatureInvalid, null, certificate.Version);
        return ReadObject(parts[1]) is { } payload
            ? new JwsReading(JwsVerdict.Good, payload, certificate.Version)
            : new JwsReading(JwsVerdict.Malformed, null, certificate.Version);
    }

    /// <summary>kid of a key: its thumbprint (RFC 7638).</summary>
    public static string Thumbprint(ReadOnlySpan<byte> publicKey) =>
        Encode(SHA256.HashData(CanonicalJson.Write(Coordinates(publicKey))));

    /// <summary>A public key as members of a JWK (RFC 7517).</summary>
    public static JsonObject Coordinates(ReadOnlySpan<byte> publicKey) => new()
    {
        ["crv"] = "P-256",
        ["kty"] = "EC",
        ["x"] = Encode(publicKey[..(WireSizes.PublicKey / 2)]),
        ["y"] = Encode(publicKey[(WireSizes.PublicKey / 2)..]),
    };

    /// <summary>Bytes in base64url.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>A text member, or null.</summary>
    public static string? Text(JsonObject value, string member) =>
        value.TryGetPropertyValue(member, out JsonNode? node) && node?.GetValueKind() == JsonValueKind.String
            ? node.GetValue<string>()
            : null;

    /// <summary>A number member, or null.</summary>
    public static long? Number(JsonObject value, string member) =>
        value.TryGetPropertyValue(member, out JsonNode? node) && node?.GetValueKind() == JsonValueKind.Number
            ? node.GetValue<long>()
            : null;

    private static bool IsCertified(ServiceCertificate certificate, byte[] bytes, IReadOnlyList<byte[]> roots) =>
        roots.Any(root =>
            ByteReader.U32(SHA256.HashData(root), 0) == certificate.RootId
            && ServiceKey.IsSignedBy(root, certificate, bytes));

    /// <summary>An object in its one byte form, or null.</summary>
    private static JsonObject? ReadObject(string encoded)
    {
        if (Bytes(encoded) is not { } bytes)
            return null;
        try
        {
            return JsonNode.Parse(bytes) is JsonObject value && CanonicalJson.Write(value).AsSpan().SequenceEqual(bytes)
                ? value
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            return null; // not JSON; a number that is not whole; a member twice; text that is no Unicode
        }
    }

    /// <summary>Bytes of the one text in base64url that they have, or null.</summary>
    private static byte[]? Bytes(string? encoded)
    {
        if (encoded is null || !Base64Url.IsValid(encoded))
            return null;
        byte[] bytes = Base64Url.DecodeFromChars(encoded);
        return Base64Url.EncodeToString(bytes) == encoded ? bytes : null; // no blanks, no padding
    }
}
