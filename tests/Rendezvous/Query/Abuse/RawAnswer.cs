using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>An answer as it came over the wire.</summary>
/// <param name="Status">HTTP status; 0 when the server hung up without one.</param>
/// <param name="Headers">Names in lower case; repeated ones stand beside each other.</param>
/// <param name="Body">Without chunks and compression; of a stream what it began with.</param>
/// <param name="Raw">All of it.</param>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, byte[] Body, string Raw)
{
    /// <summary>A stream never ends: so much of it is read.</summary>
    private const string StreamType = "text/event-stream";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string? Type => Headers["content-type"].FirstOrDefault()?.Split(';')[0].Trim();

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Sends a request on a connection of its own and reads what comes until it is closed.</summary>
    public static async Task<RawAnswer> AskAsync(AbuseRequest request, string host, int port)
    {
        using CancellationTokenSource patience = new(Patience);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        NetworkStream stream = client.GetStream();
        using MemoryStream all = new();
        try
        {
            await stream.WriteAsync(request.Write(host), patience.Token);
            if (request.BodyLength is not null)
                client.Client.Shutdown(SocketShutdown.Send); // no more comes: a body that is cut off
            byte[] buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var count)
            {
                all.Write(buffer, 0, count);
                if (IsStreamBegun(Encoding.Latin1.GetString(all.GetBuffer(), 0, (int)all.Length)))
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The server answered before it had read all, and closed.
        }

        return Read(all.ToArray());
    }

    private static bool IsStreamBegun(string text) =>
        text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var end
        && text[..end].Contains(StreamType, StringComparison.Ordinal)
        && text.IndexOf("\n\n", end + 4, StringComparison.Ordinal) > 0;

    private static RawAnswer Read(byte[] all)
    {
        string raw = Encoding.Latin1.GetString(all);
        int end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return new RawAnswer(0, Array.Empty<string>().ToLookup(one => one), all, raw);
        string[] lines = raw[..end].Split("\r\n");
        ILookup<string, string> headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(
            parts => parts[0].ToLowerInvariant(), parts => parts[1].Trim());
        byte[] body = all[(end + 4)..];
        if (headers["transfer-encoding"].Contains("chunked"))
            body = Joined(body);
        body = Decoded(body, headers["content-encoding"].FirstOrDefault());
        return new RawAnswer(int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), headers, body, raw);
    }

    private static byte[] Decoded(byte[] body, string? coding)
    {
        using MemoryStream sent = new(body);
        using MemoryStream plain = new();
        using Stream? decoder = coding switch
        {
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            _ => null,
        };
        if (decoder is null)
            return body;
        decoder.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Joined(byte[] chunks)
    {
        using MemoryStream joined = new();
        for (int at = 0; at < chunks.Length;)
        {
            int line = chunks.AsSpan(at).IndexOf("\r\n"u8);
            if (line < 0)
                break;
            int size = int.Parse(
                Encoding.ASCII.GetString(chunks, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2;
            size = Math.Min(size, chunks.Length - at);
            joined.Write(chunks, at, size);
            at += size + 2;
        }

        return joined.ToArray();
    }
}
