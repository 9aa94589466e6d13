using System.Diagnostics;
using LumenLink.Tests.Shared;

namespace LumenLink.Tests.Packages;

/// <summary>Runs programs in the repository, without what a test run put into the environment for itself.</summary>
internal static class Dotnet
{
    /// <summary>As the tests were built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains("debug", StringComparison.OrdinalIgnoreCase) ? "Debug" : "Release";

    /// <summary>Runs dotnet to its end, which must be a good one; what it printed.</summary>
    public static Task<string> RunAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    /// <summary>Runs a program to its end, which must be a good one; what it printed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = RepositoryFolder.Find(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(
            name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}{await error}");
        return output;
    }
}
