using System.Globalization;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// What REDIS_URL says: redis://user:password@host:port/database, percent-encoded; rediss:// is over TLS. A class and
/// not a record: it prints host and port, never a password.
/// </summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private RedisAddress(Uri uri, string? userName, string? password, int database)
    {
        IsTls = uri.Scheme == "rediss";
        Host = uri.IdnHost;
        Port = uri.Port < 0 ? DefaultPort : uri.Port;
        UserName = userName;
        Password = password;
        Database = database;
    }

    /// <summary>True for rediss.</summary>
    public bool IsTls { get; }

    /// <summary>Name or address.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>User of an access list, or null.</summary>
    public string? UserName { get; }

    /// <summary>Password, or null. A secret: never printed.</summary>
    public string? Password { get; }

    /// <summary>Number of the database.</summary>
    public int Database { get; }

    /// <summary>Reads it.</summary>
    /// <param name="text">Value of REDIS_URL.</param>
    /// <param name="fault">What is wrong, never what was written; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static RedisAddress? Read(string text, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss"))
            fault = "it is no URL with the scheme redis or rediss";
        else if (uri.Host.Length == 0)
            fault = "no host is named";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            fault = "it has a '?' or '#'; inside a user name or password write %3F and %23";
        if (fault.Length > 0 || uri is null)
            return null;
        int database = 0;
        string path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            fault = "what follows the host is not the number of a database";
            return null;
        }

        string[] user = uri.UserInfo.Split(':', 2);
        return new RedisAddress(
            uri, user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null, database);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Redis at {Host}:{Port}, database {Database}";
}
