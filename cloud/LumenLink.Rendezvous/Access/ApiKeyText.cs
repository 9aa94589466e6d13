using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Access;

/// <summary>
/// An API key as its owner has it: llk_, the id (16 hexadecimal digits), an underscore, the secret (64) and the first
/// four bytes of the SHA-256 of all that (8). Scanners for secrets find it by its beginning and are sure by its end,
/// and a slip of the keyboard is told from a key that is not there.
/// </summary>
internal static class ApiKeyText
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "llk_";

    /// <summary>Characters of an id.</summary>
    public const int IdLength = 2 * IdBytes;

    /// <summary>Characters of a key.</summary>
    public const int Length = SecretStart + (2 * SecretBytes) + (2 * SumBytes);

    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int SumBytes = 4;
    private const int SecretStart = 4 + IdLength + 1;
    private const int SumStart = SecretStart + (2 * SecretBytes);

    /// <summary>A new key. The text is told once and kept nowhere.</summary>
    /// <param name="id">Its id, which is no secret.</param>
    /// <param name="secretHash">What is kept of its secret.</param>
    public static string Create(out string id, out byte[] secretHash)
    {
        id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        secretHash = Hash(secret);
        string text = $"{Prefix}{id}_{Convert.ToHexStringLower(secret)}";
        CryptographicOperations.ZeroMemory(secret);
        return text + Sum(text);
    }

    /// <summary>Takes a key apart; false when it is none, or has a slip in it.</summary>
    public static bool TryRead(string text, out string id, out byte[] secretHash)
    {
        (id, secretHash) = ("", []);
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[SecretStart - 1] != '_' || !IsId(text[Prefix.Length..(SecretStart - 1)])
            || !text.AsSpan(SecretStart).ContainsOnlyHex() || text[SumStart..] != Sum(text[..SumStart]))
            return false;
        id = text[Prefix.Length..(SecretStart - 1)];
        secretHash = Hash(Convert.FromHexString(text.AsSpan(SecretStart, 2 * SecretBytes)));
        return true;
    }

    /// <summary>True for the id of a key, whether or not there is one.</summary>
    public static bool IsId(string text) => text.Length == IdLength && text.AsSpan().ContainsOnlyHex();

    /// <summary>
    /// A plain hash: the secret is 256 random bits, so there is nothing to try that slowness would make dearer, and a
    /// slow one would let strangers spend the service's time.
    /// </summary>
    private static byte[] Hash(byte[] secret) => SHA256.HashData(secret);

    private static string Sum(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)).AsSpan(0, SumBytes));

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text) => !text.ContainsAnyExcept("0123456789abcdef");
}
