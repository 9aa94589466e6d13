using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LumenLink.Rendezvous.Store.Backup;

/// <summary>pg_dump and pg_restore of this machine.</summary>
/// <param name="folder">Where they are.</param>
internal sealed partial class PostgresPrograms(string folder)
{
    /// <summary>Where Debian has them, a folder for each version.</summary>
    private const string Versions = "/usr/lib/postgresql";

    /// <summary>The newest of Debian's, else those of the path.</summary>
    public static PostgresPrograms Find() => new(
        (Directory.Exists(Versions) ? Directory.GetDirectories(Versions) : [])
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "pg_dump")) && File.Exists(Path.Combine(bin, "pg_restore")))
            .MaxBy(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out int version) ? version : 0)
        ?? "");

    /// <summary>Fails unless the programs are there and as new as the server.</summary>
    /// <param name="server">Major version of the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RequireAsync(int server, CancellationToken cancellationToken)
    {
        foreach (string program in (string[])["pg_dump", "pg_restore"])
        {
            string said = await RunAsync(program, new Dictionary<string, string?>(), ["--version"], cancellationToken);
            int major = Version().Match(said) is { Success: true } match
                ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                : 0;
            if (major < server)
            {
                throw new BackupException(
                    $"{program} is of version {major} and the server of {server}: install postgresql-client-{server}");
            }
        }
    }

    /// <summary>Runs one to its end; returns what it printed.</summary>
    /// <exception cref="BackupException">It is not there, or it failed; with what it said.</exception>
    public async Task<string> RunAsync(
        string program, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, program))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string? value) in environment)
        {
            if (!string.IsNullOrEmpty(value))
                start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C";
        using Process process = Start(start, program);
        process.StandardInput.Close(); // it asks for no password
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output
                : throw new BackupException($"{program} failed: {(await errors).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static Process Start(ProcessStartInfo start, string program)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new BackupException($"{program} is not installed: install postgresql-client", error);
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}
