namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// A server as a setting names it: scheme://user:password@host:port/path, percent-encoded. A class and not a record: it
/// prints host and port, never a password.
/// </summary>
internal sealed class ServerUrl
{
    private ServerUrl(Uri uri, string scheme, int port)
    {
        string[] user = uri.UserInfo.Split(':', 2);
        Scheme = scheme;
        Host = uri.IdnHost;
        Port = uri.Port < 0 ? port : uri.Port;
        IsLoopback = uri.IsLoopback;
        UserName = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
        Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null;
        Path = uri.AbsolutePath.Trim('/');
    }

    /// <summary>One of those that were asked for.</summary>
    public string Scheme { get; }

    /// <summary>Name or address.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>True for this machine.</summary>
    public bool IsLoopback { get; }

    /// <summary>User, or null.</summary>
    public string? UserName { get; }

    /// <summary>Password, or null. A secret: never printed.</summary>
    public string? Password { get; }

    /// <summary>What stands behind the host, without its slashes.</summary>
    public string Path { get; }

    /// <summary>Reads it.</summary>
    /// <param name="text">Value of the setting.</param>
    /// <param name="schemes">What it may begin with, and the port that it means.</param>
    /// <param name="fault">What is wrong, never what was written; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static ServerUrl? Read(string text, IReadOnlyDictionary<string, int> schemes, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? uri)
            || !schemes.TryGetValue(uri.Scheme, out int port))
        {
            fault = $"it is no URL with the scheme {string.Join(" or ", schemes.Keys)}";
            return null;
        }

        if (uri.Host.Length == 0)
            fault = "no host is named";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            fault = "it has a '?' or '#'; inside a user name or password write %3F and %23";
        return fault.Length > 0 ? null : new ServerUrl(uri, uri.Scheme, port);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}";
}
