using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LumenLink.Protocol;
using Base64Url = System.Buffers.Text.Base64Url;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// A release's manifest as a compact JWS (RFC 7515, ES256): one line of text. The key is that of whoever makes
/// releases, which need not be the operator; the operator pins its public half.
/// </summary>
internal static class SignedRelease
{
    /// <summary>typ of the header.</summary>
    public const string Type = "lumenlink-release+jwt";

    private const int MaxCharacters = 2 * ReleaseManifest.MaxBytes;

    /// <summary>Signs a manifest.</summary>
    /// <param name="key">P-256.</param>
    /// <param name="manifest">What is released.</param>
    public static string Sign(ECDsa key, ReleaseManifest manifest)
    {
        byte[] own = P256.PublicKey(key.ExportParameters(includePrivateParameters: false));
        Header header = new("ES256", KeyId(own), Type);
        string signed = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, Lower)) + "."
            + Base64Url.EncodeToString(manifest.Write());
        return signed + "." + Base64Url.EncodeToString(P256.Sign(key, Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>The manifest, if one of these keys signed it.</summary>
    /// <param name="text">The compact JWS.</param>
    /// <param name="pinned">Public keys, X || Y, 64 bytes each.</param>
    /// <exception cref="FormatException">It is no such thing, or none of the keys signed it; the message says
    /// which.</exception>
    public static ReleaseManifest Verify(string text, IEnumerable<byte[]> pinned)
    {
        string[] parts = text.Length > MaxCharacters ? [] : text.Split('.');
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)) || ReadHeader(parts[0]) is not { } header
            || header.Alg != "ES256" || header.Typ != Type)
        {
            throw new FormatException("it is not a signed release");
        }

        byte[] signature = Base64Url.DecodeFromChars(parts[2]);
        byte[] signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);
        byte[]? key = pinned.FirstOrDefault(one => KeyId(one) == header.Kid)
            ?? throw new FormatException($"it is signed by the key {header.Kid}, which is none of release-keys");
        if (signature.Length != WireSizes.Signature || !P256.Verifies(key, signed, signature))
            throw new FormatException("its signature is wrong");
        return ReleaseManifest.Read(Base64Url.DecodeFromChars(parts[1]));
    }

    /// <summary>How people and headers name a key: the first 8 bytes of its SHA-256, hexadecimal.</summary>
    public static string KeyId(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));

    private static readonly JsonSerializerOptions Lower = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static Header? ReadHeader(string part)
    {
        try
        {
            return JsonSerializer.Deserialize<Header>(Base64Url.DecodeFromChars(part), new JsonSerializerOptions(Lower)
            {
                UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
            });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Header(string Alg, string Kid, string Typ);
}
