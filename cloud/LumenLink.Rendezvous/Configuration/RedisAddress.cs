using System.Globalization;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// What REDIS_URL says: redis://user:password@host:port/database, percent-encoded; rediss:// is over TLS. A class and
/// not a record: it prints host and port, never a password.
/// </summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;
    private static readonly Dictionary<string, int> Schemes =
        new() { ["redis"] = DefaultPort, ["rediss"] = DefaultPort };

    private readonly ServerUrl url;

    private RedisAddress(ServerUrl url, int database)
    {
        this.url = url;
        Database = database;
    }

    /// <summary>True for rediss.</summary>
    public bool IsTls => url.Scheme == "rediss";

    /// <summary>Name or address.</summary>
    public string Host => url.Host;

    /// <summary>TCP port.</summary>
    public int Port => url.Port;

    /// <summary>User of an access list, or null.</summary>
    public string? UserName => url.UserName;

    /// <summary>Password, or null. A secret: never printed.</summary>
    public string? Password => url.Password;

    /// <summary>Number of the database.</summary>
    public int Database { get; }

    /// <summary>Reads it.</summary>
    /// <param name="text">Value of REDIS_URL.</param>
    /// <param name="fault">What is wrong, never what was written; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static RedisAddress? Read(string text, out string fault)
    {
        if (ServerUrl.Read(text, Schemes, out fault) is not { } url)
            return null;
        int database = 0;
        if (url.Path.Length > 0
            && !int.TryParse(url.Path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            fault = "what follows the host is not the number of a database";
            return null;
        }

        return new RedisAddress(url, database);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Redis at {url}, database {Database}";
}
