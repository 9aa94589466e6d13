using LumenLink.Chaos.Servers;

namespace LumenLink.Tests.Chaos;

/// <summary>Processes with their descendants: ready, frozen, thawed, killed, dead by themselves.</summary>
public sealed class ServerProcessTests : IDisposable
{
    /// <summary>A shell with a child, which says its number, and waits for a line.</summary>
    private const string Family = "sleep 1000 & echo child $!; read line; kill $!; echo bye $line";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lumenlink-processes-");

    private string LogFile => Path.Combine(_folder.FullName, "log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_process_is_frozen_thawed_and_killed_with_its_children()
    {
        (ServerProcess process, string line) = await ServerProcess.StartAsync(Shell(Family), "child ", Patience);
        await using (process)
        {
            int child = int.Parse(line["child ".Length..], null);
            Assert.Equal([process.Id, child], process.Freeze());
            await UntilAsync(() => ProcessSignals.StateOf(process.Id) == 'T' && ProcessSignals.StateOf(child) == 'T');
            process.Thaw();
            await UntilAsync(() => ProcessSignals.StateOf(process.Id) == 'S' && ProcessSignals.StateOf(child) == 'S');
            await process.KillAsync();
            Assert.False(ProcessSignals.IsAlive(process.Id));
            Assert.False(ProcessSignals.IsAlive(child));
            Assert.Equal(128 + ProcessSignals.Kill, await process.Ended);
            Assert.False(process.DiedByItself);
        }
    }

    [Fact]
    public async Task A_frozen_process_is_killed_too()
    {
        (ServerProcess process, _) = await ServerProcess.StartAsync(Shell(Family), "child ", Patience);
        IReadOnlyList<int> frozen = process.Freeze();
        Assert.Equal(2, frozen.Count);
        await process.DisposeAsync();
        Assert.DoesNotContain(frozen, ProcessSignals.IsAlive);
    }

    [Fact]
    public async Task Asked_to_stop_it_ends_in_order()
    {
        (ServerProcess process, _) = await ServerProcess.StartAsync(Shell(Family), "child ", Patience);
        Assert.Equal(0, await process.StopAsync(Patience));
        Assert.Contains("bye stop", process.Said, StringComparison.Ordinal);
        Assert.False(process.DiedByItself);
        await process.DisposeAsync();
        Assert.Contains("bye stop", await File.ReadAllTextAsync(LogFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_unasked_has_died_by_itself()
    {
        (ServerProcess process, _) =
            await ServerProcess.StartAsync(Shell("echo ready; read line <&-; exit 3"), "ready", Patience);
        Assert.Equal(3, await process.Ended);
        Assert.True(process.DiedByItself);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task What_does_not_get_ready_is_named_with_its_last_words()
    {
        ChaosException error = await Assert.ThrowsAsync<ChaosException>(
            () => ServerProcess.StartAsync(Shell("echo no room >&2; exit 7"), "ready", Patience));
        Assert.Contains("ended with 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
    }

    private ServerCommand Shell(string script) => new("shell", "/bin/sh", ["-c", script], LogFile);

    /// <summary>The kernel has no event for a process's state.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource limit = new(Patience);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(5));
        while (!holds()) await look.WaitForNextTickAsync(limit.Token);
    }
}
