using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HdrHistogram;

namespace LumenLink.Bench.Resolve;

/// <summary>What a run of calls came to.</summary>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="P99Ms">Milliseconds that one in a hundred is slower than.</param>
internal readonly record struct HttpFigures(double PerSecond, double P99Ms);

/// <summary>Calls over connections that stay, one under way on each; requests are made before.</summary>
internal static class HttpLoad
{
    private const int ReadBytes = 16 * 1024;
    private const long MostMicroseconds = 60_000_000;

    /// <summary>Sends for a time.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="requests">Whole requests, sent by turns.</param>
    /// <param name="connections">How many at a time.</param>
    /// <param name="time">How long.</param>
    /// <exception cref="BenchException">A call is not answered with 200.</exception>
    public static async Task<HttpFigures> RunAsync(
        int port, IReadOnlyList<byte[]> requests, int connections, TimeSpan time)
    {
        var latencies = new LongConcurrentHistogram(1, MostMicroseconds, 3);
        long started = Stopwatch.GetTimestamp();
        int next = 0;
        long[] counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(SendAsync)));
        return new HttpFigures(
            counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds,
            latencies.GetValueAtPercentile(99) / 1000.0);

        async Task<long> SendAsync()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            byte[] buffer = new byte[ReadBytes];
            long count = 0;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                byte[] request = requests[(int)((uint)Interlocked.Increment(ref next) % (uint)requests.Count)];
                long sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(request);
                await ReceiveAsync(socket, buffer);
                latencies.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(sent).TotalMicroseconds));
                count++;
            }

            return count;
        }
    }

    private static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        int have = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
                throw new BenchException("The service ended a connection.");
            have += read;
            int end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (end < 0)
                continue;
            int length = LengthOf(buffer.AsSpan(0, end));
            while (have < end + 4 + length)
                have += await socket.ReceiveAsync(buffer.AsMemory(have));
            return;
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        string text = Encoding.ASCII.GetString(head);
        if (!text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
            throw new BenchException("A call is answered with " + text.Split('\r')[0] + ".");
        const string Name = "Content-Length:";
        string? line = text.Split("\r\n").FirstOrDefault(
            one => one.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null
            ? throw new BenchException("An answer does not say its length.")
            : int.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
