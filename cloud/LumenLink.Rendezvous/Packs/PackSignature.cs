using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;
using Base64Url = System.Buffers.Text.Base64Url;

namespace LumenLink.Rendezvous.Packs;

/// <summary>
/// Packs as compact JWS (RFC 7515, ES256), and the keys that sign them as JWK (RFC 7517). Both carry the operator
/// root's certificate for the key, so that whoever pins the root needs nothing else.
/// </summary>
internal static class PackSignature
{
    /// <summary>typ of the header.</summary>
    public const string Type = "lumenlink-pack+jwt";

    /// <summary>Member with the certificate, 141 bytes in base64url: header parameter and JWK member.</summary>
    public const string CertificateMember = "lumenlink_cert";

    /// <summary>The compact JWS.</summary>
    public static string Sign(ServiceKey key, Pack pack)
    {
        string signed = Encode(CanonicalJson.Write(Header(key))) + "." + Encode(pack.Write());
        return signed + "." + Encode(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>The JWK set of these keys, as bytes.</summary>
    public static byte[] Keyset(IEnumerable<ServiceKey> keys) => CanonicalJson.Write(new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Select(Jwk)]),
    });

    /// <summary>kid of a key: its thumbprint (RFC 7638).</summary>
    public static string Thumbprint(ReadOnlySpan<byte> publicKey) =>
        Encode(SHA256.HashData(CanonicalJson.Write(Coordinates(publicKey))));

    private static JsonObject Header(ServiceKey key) => new()
    {
        ["alg"] = "ES256",
        ["kid"] = Thumbprint(key.Certificate.Key),
        [CertificateMember] = Encode(key.CertificateBytes.Span),
        ["typ"] = Type,
    };

    private static JsonNode Jwk(ServiceKey key)
    {
        JsonObject jwk = Coordinates(key.Certificate.Key);
        jwk["alg"] = "ES256";
        jwk["kid"] = Thumbprint(key.Certificate.Key);
        jwk["use"] = "sig";
        jwk[CertificateMember] = Encode(key.CertificateBytes.Span);
        return jwk;
    }

    private static JsonObject Coordinates(ReadOnlySpan<byte> publicKey) => new()
    {
        ["crv"] = "P-256",
        ["kty"] = "EC",
        ["x"] = Encode(publicKey[..(WireSizes.PublicKey / 2)]),
        ["y"] = Encode(publicKey[(WireSizes.PublicKey / 2)..]),
    };

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
