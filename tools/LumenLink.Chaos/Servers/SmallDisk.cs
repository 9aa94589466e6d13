using System.Globalization;

namespace LumenLink.Chaos.Servers;

/// <summary>
/// A disk of its own for a folder: a tmpfs, whose quota can be cut to what is used and widened again. Needs the right
/// to mount, and mounts of our own, which go with the last process that sees them.
/// </summary>
/// <param name="folder">Where.</param>
/// <param name="bytes">Its size.</param>
/// <param name="logFile">Takes what the programs say.</param>
internal sealed class SmallDisk(string folder, long bytes, string logFile)
{
    private const int Tries = 20;

    /// <summary>Mounts it; false where that is not allowed.</summary>
    public async Task<bool> TryMountAsync() =>
        await RunAsync("mount", "-t", "tmpfs", "-o", SizeOf(bytes), "lumenlink-chaos", folder);

    /// <summary>It takes no further byte.</summary>
    /// <returns>False if that failed.</returns>
    public async Task<bool> FillAsync()
    {
        // Less than is used by then is refused: it is looked at again.
        for (int i = 0; i < Tries; i++)
        {
            DriveInfo drive = new(folder);
            if (await RunAsync("mount", "-o", "remount," + SizeOf(drive.TotalSize - drive.TotalFreeSpace), folder))
                return true;
        }

        return false;
    }

    /// <summary>It has its size again.</summary>
    public async Task<bool> FreeAsync() => await RunAsync("mount", "-o", "remount," + SizeOf(bytes), folder);

    /// <summary>Unmounts it.</summary>
    public async Task UnmountAsync() => await RunAsync("umount", folder);

    private static string SizeOf(long size) => string.Create(CultureInfo.InvariantCulture, $"size={size}");

    private async Task<bool> RunAsync(string program, params string[] arguments)
    {
        (int exitCode, _) = await ServerProcess.RunAsync(new ServerCommand(program, program, arguments, logFile));
        return exitCode == 0;
    }
}
