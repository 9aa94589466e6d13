using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Admin;

/// <summary>
/// A token that admits its bearer. Its hash is kept, not the token, and hashes are compared in constant time.
/// </summary>
internal sealed class BearerToken(string token)
{
    /// <summary>How a caller sends it.</summary>
    public const string Scheme = "Bearer ";

    private readonly byte[] hash = Hash(token);

    /// <summary>True if the request has it.</summary>
    public bool Admits(HttpRequest request)
    {
        string authorization = $"{request.Headers.Authorization}";
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..]), hash);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
