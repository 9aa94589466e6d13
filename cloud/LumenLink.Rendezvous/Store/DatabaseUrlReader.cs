using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// The two forms of DATABASE_URL. Keys are named in errors only when they are known words: what looks like a key may be
/// a piece of a password. Causes are not passed on, since their messages quote what they read.
/// </summary>
internal static class DatabaseUrlReader
{
    /// <summary>What libpq calls them, and what Npgsql does.</summary>
    private static readonly Dictionary<string, string> LibpqNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["hostaddr"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["client_encoding"] = "Client Encoding",
        ["options"] = "Options",
    };

    /// <summary>Reads postgres://user:password@host:port/database?name=value.</summary>
    public static NpgsqlConnectionStringBuilder ReadUrl(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (text[..scheme] is not ("postgres" or "postgresql"))
            throw new DatabaseSettingsException("the scheme is neither postgres nor postgresql");
        string rest = text[(scheme + 3)..];
        if (rest.Contains('#'))
            throw new DatabaseSettingsException("there is a '#'; inside a user name or password write it as %23");
        (rest, string query) = Split(rest, '?');
        (string authority, string database) = Split(rest, '/');
        var built = new NpgsqlConnectionStringBuilder();
        int at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            (string user, string password) = Split(authority[..at], ':');
            if (user.Length > 0)
                built.Username = Decode(user, "the user name");
            if (password.Length > 0)
                built.Password = Decode(password, "the password");
        }
        ReadHost(built, authority[(at + 1)..]);
        if (database.Length > 0)
            built.Database = Decode(database, "the database name");
        int number = 0;
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            (string name, string value) = Split(part, '=');
            Set(built, Decode(name, $"the name of parameter {number}"), Decode(value, $"parameter {number}"), number);
        }
        return built;
    }

    /// <summary>Reads Host=…;Username=… or host=… user=….</summary>
    public static NpgsqlConnectionStringBuilder ReadPairs(string text)
    {
        int equals = text.IndexOf('=');
        if (equals < 0)
            throw new DatabaseSettingsException("it is neither a URL (postgres://…) nor key-value pairs (host=…)");
        bool bySpaces = LibpqNames.ContainsKey(text[..equals].Trim()) && FirstSeparator(text, equals + 1) == ' ';
        var built = new NpgsqlConnectionStringBuilder();
        int number = 0;
        foreach ((string name, string value) in bySpaces ? SpacedPairs(text) : SemicolonPairs(text))
            Set(built, name, value, ++number);
        return built;
    }

    /// <summary>What ends the first value, which may be quoted: ';', ' ' or nothing (0).</summary>
    private static char FirstSeparator(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at).TrimStart();
        if (rest is ['\'', ..])
            rest = rest[(rest[1..].IndexOf('\'') + 2)..];
        int separator = rest.IndexOfAny(';', ' ');
        return separator < 0 ? '\0' : rest[separator];
    }

    private static void ReadHost(NpgsqlConnectionStringBuilder built, string host)
    {
        int portColon = host.StartsWith('[') ? host.IndexOf("]:", StringComparison.Ordinal) + 1 : host.LastIndexOf(':');
        if (portColon > 0)
        {
            string digits = host[(portColon + 1)..];
            if (!ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
                throw new DatabaseSettingsException("the port is not a number from 1 to 65535");
            built.Port = port;
            host = host[..portColon];
        }
        if (host.Length > 0)
            built.Host = Decode(host, "the host").Trim('[', ']');
    }

    private static void Set(NpgsqlConnectionStringBuilder built, string name, string value, int number)
    {
        string known = LibpqNames.GetValueOrDefault(name, name);
        if (known == "SSL Mode")
            value = value.Replace("-", "", StringComparison.Ordinal);
        if (!built.ContainsKey(known))
            throw new DatabaseSettingsException($"parameter {number} has a name that is not known");
        try
        {
            built[known] = value;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException
            or OverflowException or NotSupportedException)
        {
            throw new DatabaseSettingsException($"the value of '{known}' (parameter {number}) is not one it can have");
        }
    }

    private static List<(string Name, string Value)> SemicolonPairs(string text)
    {
        var parser = new DbConnectionStringBuilder();
        try
        {
            parser.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new DatabaseSettingsException(
                "the key-value pairs cannot be told apart; quote values that hold ';' or '\"'");
        }
        return [.. parser.Keys.Cast<string>().Select(key => (key, (string)parser[key]))];
    }

    private static IEnumerable<(string Name, string Value)> SpacedPairs(string text)
    {
        int at = 0;
        int number = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                yield break;
            number++;
            int equals = text.IndexOf('=', at);
            if (equals < 0)
                throw new DatabaseSettingsException($"parameter {number} has no '='");
            string name = text[at..equals].Trim();
            at = equals + 1;
            yield return (name, SpacedValue(text, ref at, number));
        }
    }

    private static string SpacedValue(string text, ref int at, int number)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        bool quoted = at < text.Length && text[at] == '\'';
        if (quoted)
            at++;
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (quoted ? text[at] == '\'' : char.IsWhiteSpace(text[at]))
                break;
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }
        if (quoted && at++ >= text.Length)
            throw new DatabaseSettingsException($"parameter {number} has an opening quote and no closing one");
        return value.ToString();
    }

    private static (string Before, string After) Split(string text, char separator)
    {
        int at = text.IndexOf(separator);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    private static string Decode(string text, string what)
    {
        for (int at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                throw new DatabaseSettingsException(
                    $"{what} has a '%' without two hex digits; write '%' itself as %25");
        }
        return Uri.UnescapeDataString(text);
    }
}
