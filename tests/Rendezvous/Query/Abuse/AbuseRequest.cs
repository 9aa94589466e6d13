using System.Globalization;
using System.Text;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>How far a request is from one that the call takes: what may come as its answer depends on it.</summary>
[Flags]
internal enum Strangeness
{
    /// <summary>It reaches its call.</summary>
    None,

    /// <summary>Its path may be no call's, or another one's.</summary>
    Path = 1,

    /// <summary>Its method is another.</summary>
    Method = 2,

    /// <summary>It breaks the rules of HTTP: the server may refuse it before the service sees it, or hang up.</summary>
    Http = 4,
}

/// <summary>A request, byte by byte as it goes over the wire.</summary>
/// <param name="Method">Method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">In this order, repeated ones too; Host, Connection, Content-Length come by themselves.</param>
/// <param name="Body">Null for none.</param>
/// <param name="Strange">What is strange about it.</param>
/// <param name="BodyLength">What Content-Length says; null for the truth.</param>
internal sealed record AbuseRequest(
    string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body = null,
    Strangeness Strange = Strangeness.None, string? BodyLength = null)
{
    public AbuseRequest With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public AbuseRequest Instead(string name, string value) =>
        (this with { Headers = [.. Headers.Where(one => one.Name != name)] }).With(name, value);

    public AbuseRequest WithQuery(string query) =>
        this with { Target = Target + (Target.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query };

    public AbuseRequest But(Strangeness strange) => this with { Strange = Strange | strange };

    /// <summary>The bytes to send.</summary>
    public byte[] Write(string host)
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"{Method} {Target} HTTP/1.1\r\n");
        if (!Headers.Any(one => one.Name == "Host"))
            head.Append(CultureInfo.InvariantCulture, $"Host: {host}\r\n");
        head.Append("Connection: close\r\n");
        foreach ((string name, string value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (BodyLength is not null || Body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {BodyLength ?? $"{Body!.Length}"}\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body ?? []];
    }

    /// <summary>The same for a shell.</summary>
    public string ToCurl(string host)
    {
        string headers = string.Concat(Headers.Select(one => $" -H {Quote(Encoding.Latin1.GetBytes(
            $"{one.Name}: {(one.Name == "Authorization" ? "…" : one.Value)}"))}"));
        string length = BodyLength is null ? "" : $" -H 'Content-Length: {BodyLength}'";
        string body = Body is null ? "" : $" --data-binary {Quote(Body.Length > 400 ? Body[..400] : Body)}";
        return $"curl -i --path-as-is -X {Method}{headers}{length}{body} "
            + Quote(Encoding.Latin1.GetBytes($"http://{host}{Target}"));
    }

    private static string Quote(byte[] bytes) => "$'" + string.Concat(bytes.Select(one => one switch
    {
        (byte)'\'' or (byte)'\\' => $"\\{(char)one}",
        < 0x20 or > 0x7e => $"\\x{one:x2}",
        _ => $"{(char)one}",
    })) + "'";
}
