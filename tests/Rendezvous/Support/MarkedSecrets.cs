using System.Buffers.Text;
using System.Text;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Secrets by name, and how each may be written: raw, hex, base64 and base64url at any alignment.</summary>
internal sealed class MarkedSecrets
{
    private readonly List<(string Name, string Writing)> writings = [];

    public int Count => writings.Select(writing => writing.Name).Distinct().Count();

    /// <summary>A secret that is text, as it is and as bytes.</summary>
    public string Add(string name, string text)
    {
        Add(name, Encoding.UTF8.GetBytes(text));
        return text;
    }

    /// <summary>A secret that is bytes; of long ones each 32 are looked for.</summary>
    public byte[] Add(string name, byte[] secret)
    {
        IEnumerable<byte[]> parts = secret.Length > 64 ? secret.Chunk(32).Where(part => part.Length == 32) : [secret];
        foreach (byte[] part in parts)
            writings.AddRange(Write(part).Distinct().Select(writing => (name, writing)));
        return secret;
    }

    /// <summary>Names of the secrets that the text has in it. Bytes are Latin-1 in it.</summary>
    public IReadOnlyList<string> FindIn(string text) =>
    [
        .. writings.Where(writing => text.Contains(writing.Writing, StringComparison.Ordinal))
            .Select(writing => writing.Name).Distinct(),
    ];

    public static IEnumerable<string> Write(byte[] secret)
    {
        Assert.True(secret.Length >= 8, "what is short is found by accident");
        yield return Encoding.Latin1.GetString(secret);
        yield return Convert.ToHexString(secret);
        yield return Convert.ToHexStringLower(secret);
        yield return BitConverter.ToString(secret);
        for (int shift = 0; shift < 3; shift++)
        {
            // Six bits a character: the first and last ones depend on what surrounds the secret too.
            byte[] shifted = [.. new byte[shift], .. secret];
            int from = ((8 * shift) + 5) / 6;
            int until = 8 * shifted.Length / 6;
            yield return Convert.ToBase64String(shifted)[from..until];
            yield return Base64Url.EncodeToString(shifted)[from..until];
        }
    }
}
