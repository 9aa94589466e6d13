using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Packs;

/// <summary>
/// Packs as compact JWS of <see cref="ServiceJws"/>, and the keys that sign them as JWK (RFC 7517).
/// </summary>
internal static class PackSignature
{
    /// <summary>typ of the header.</summary>
    public const string Type = "lumenlink-pack+jwt";

    /// <summary>The compact JWS.</summary>
    public static string Sign(ServiceKey key, Pack pack) => ServiceJws.Sign(key, Type, pack.Write());

    /// <summary>The JWK set of these keys, as bytes.</summary>
    public static byte[] Keyset(IEnumerable<ServiceKey> keys) => CanonicalJson.Write(new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Select(Jwk)]),
    });

    private static JsonNode Jwk(ServiceKey key)
    {
        JsonObject jwk = ServiceJws.Coordinates(key.Certificate.Key);
        jwk["alg"] = "ES256";
        jwk["kid"] = ServiceJws.Thumbprint(key.Certificate.Key);
        jwk["use"] = "sig";
        jwk[ServiceJws.CertificateMember] = ServiceJws.Encode(key.CertificateBytes.Span);
        return jwk;
    }
}
