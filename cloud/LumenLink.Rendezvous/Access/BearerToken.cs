using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Access;

/// <summary>
/// A token that admits its bearer. Its hash is kept, not the token, and hashes are compared in constant time.
/// </summary>
internal sealed class BearerToken(string token)
{
    /// <summary>How a caller sends it.</summary>
    public const string Scheme = "Bearer ";

    private readonly byte[] hash = Hash(token);

    /// <summary>What a request bears; null when it bears nothing.</summary>
    public static string? Of(HttpRequest request)
    {
        string authorization = $"{request.Headers.Authorization}";
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[Scheme.Length..]
            : null;
    }

    /// <summary>True if this is what was sent.</summary>
    public bool Is(string sent) => CryptographicOperations.FixedTimeEquals(Hash(sent), hash);

    /// <summary>True if the request has it.</summary>
    public bool Admits(HttpRequest request) => Of(request) is { } sent && Is(sent);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
