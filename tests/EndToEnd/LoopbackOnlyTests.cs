using System.Globalization;

namespace LumenLink.Tests.EndToEnd;

/// <summary>Until there is access control nothing listens on an address that others can reach.</summary>
public sealed class LoopbackOnlyTests
{
    private const string Listening = "0A";

    [Fact]
    public async Task EveryListeningSocketIsOnLoopback()
    {
        await using UpRun run = UpRun.Start("--beacons", "1", "--for", "20");
        await run.LineAsync("boards attested");
        int[] ports = [run.Port, run.Port + 1, run.Port + 2];
        (string Address, int Port)[] sockets = [.. ListeningSockets().Where(socket => ports.Contains(socket.Port))];
        Assert.Equal(ports, sockets.Select(socket => socket.Port).Distinct().Order());
        // 127.0.0.1, as the kernel writes it: little-endian hexadecimal.
        Assert.All(sockets, socket => Assert.Equal("0100007F", socket.Address));
        Assert.Equal(0, await run.ExitAsync());
    }

    private static IEnumerable<(string Address, int Port)> ListeningSockets()
    {
        foreach (string file in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (string line in File.ReadLines(file).Skip(1))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[3] != Listening)
                    continue;
                string[] local = fields[1].Split(':');
                yield return (local[0], int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }
    }
}
