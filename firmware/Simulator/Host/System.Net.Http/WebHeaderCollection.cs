using System.Collections.Generic;

namespace System.Net;

/// <summary>Headers of a request or an answer; names are compared without case.</summary>
public class WebHeaderCollection
{
    private static readonly HashSet<string> Restricted = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Connection", "Content-Length", "Expect", "Host", "If-Modified-Since", "Proxy-Connection", "Range",
        "Referer", "Transfer-Encoding", "User-Agent",
    };

    private readonly List<(string Name, string Value)> _headers = [];

    internal IReadOnlyList<(string Name, string Value)> Headers => _headers;

    public string? this[string header] => _headers.Find(one => Is(one.Name, header)).Value;

    public void Add(string name, string value)
    {
        Check(name, value);
        if (Restricted.Contains(name)) throw new ArgumentException("Cannot update restricted header: " + name);
        AddInternal(name, value);
    }

    public void Set(string name, string value)
    {
        Check(name, value);
        if (Restricted.Contains(name)) throw new ArgumentException("Cannot update restricted header: " + name);
        SetInternal(name, value);
    }

    internal void AddInternal(string name, string value) => _headers.Add((name, value));

    internal void SetInternal(string name, string? value)
    {
        _headers.RemoveAll(one => Is(one.Name, name));
        if (!string.IsNullOrEmpty(value)) AddInternal(name, value);
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Nothing but printable ASCII goes into a header, so that nobody writes one of his own.</summary>
    private static void Check(string name, string value)
    {
        if (string.IsNullOrEmpty(name)) throw new ArgumentException("name");
        foreach (char one in name + value)
            if (one is < ' ' or > '~') throw new ArgumentException("value");
    }
}
