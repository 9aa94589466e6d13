using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Tests.Client;

/// <summary>
/// An operator and his service, written from the specification alone: signs packs as docs/clients.md says.
/// </summary>
internal sealed class Issuer
{
    public const string Audience = "lumenlink-test";

    /// <summary>What packs are issued at.</summary>
    public static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1_906_261_200);

    private readonly ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Public key of the root, X || Y.</summary>
    public byte[] Root => Public(root);

    /// <summary>A key and its certificate.</summary>
    public (ECDsa Key, byte[] Certificate) NewKey(uint version, byte usage = 3)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] signed =
        [
            .. SHA256.HashData(Public(key)).AsSpan(0, 4), .. BitConverter.GetBytes(version), usage,
            .. SHA256.HashData(Root).AsSpan(0, 4), .. Public(key),
        ];
        byte[] message = [.. Encoding.ASCII.GetBytes("LL1.cert".PadRight(16, '\0')), .. signed];
        return (key, [.. signed, .. root.SignData(message, HashAlgorithmName.SHA256)]);
    }

    /// <summary>A pack.</summary>
    public static string Sign((ECDsa Key, byte[] Certificate) by, string payload, string? header = null)
    {
        byte[] key = Public(by.Key);
        string jwk = $$"""
            {"crv":"P-256","kty":"EC","x":"{{Text(key.AsSpan(0, 32))}}","y":"{{Text(key.AsSpan(32))}}"}
            """;
        header ??= $$"""
            {"alg":"ES256","kid":"{{Text(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)))}}",
            "lumenlink_cert":"{{Text(by.Certificate)}}","typ":"lumenlink-pack+jwt"}
            """.ReplaceLineEndings("");
        string signed = Text(Encoding.UTF8.GetBytes(header)) + "." + Text(Encoding.UTF8.GetBytes(payload));
        return signed + "." + Text(by.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
    }

    /// <summary>The payload of a pack of one beacon.</summary>
    public static string Payload(long version = 5, string audience = Audience, long issuedIn = 0) => $$"""
        {"aud":"{{audience}}","beacons":[{"attested_until":1906344000,"id":"AQIDBAUGBwg","last_seen":1906261140,
        "level":"secure_element","name":"Nordtor \"ö\" 😀","region":"hall-2"}],"discovery":[
        {"channel":"eddystone_eid","frame":"30","service_uuid":"feaa"}],"exp":{{Seconds(issuedIn + 600)}},
        "iat":{{Seconds(issuedIn)}},"transports":["https://lumen.example"],"version":{{version}}}
        """.ReplaceLineEndings("");

    private static long Seconds(long offset) => Noon.ToUnixTimeSeconds() + offset;

    private static byte[] Public(ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return [.. point.X!, .. point.Y!];
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
