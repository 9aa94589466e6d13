using System.CommandLine;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Backup;
using LumenLink.Rendezvous.Store.Migrations;

namespace LumenLink.Cli.Backup;

/// <summary>lumen backup and lumen restore. Exit status: 0 done, 1 it was not, with the reason.</summary>
internal static class BackupCommands
{
    private const string UrlVariable = "DATABASE_URL";

    /// <summary>lumen backup.</summary>
    /// <param name="environment">Looks a variable up.</param>
    internal static Command CreateBackup(Func<string, string?> environment)
    {
        Argument<string> file = new("file")
        {
            Description = "where to write it; it must not be there",
            HelpName = "FILE",
        };
        Option<string> data = Data();
        Option<bool> verify = new("--verify")
        {
            Description = "restore it into a scratch database, and compare rows and heads of the audit",
        };
        Command backup = new(
            "backup",
            "Write the whole database into one file, as it is at one moment; the service goes on. Secrets in it stay "
            + $"sealed under the master key, which is not in it. The database is ${UrlVariable}, with the login of the "
            + "migrate command.")
        {
            file, data, verify,
        };
        backup.SetAction((parsed, cancellationToken) => RunAsync(parsed, environment, data, async (store, output) =>
        {
            string path = parsed.GetValue(file)!;
            StoreContents contents = await store.WriteAsync(path, cancellationToken);
            await output.WriteLineAsync(
                $"{path}: schema version {contents.Version}, {contents.Total} rows, {contents.AuditHeads.Count} chains "
                + "of the audit");
            if (!parsed.GetValue(verify))
                return;
            await store.VerifyAsync(path, contents, cancellationToken);
            await output.WriteLineAsync("restored into a scratch database: the same rows and the same heads");
        }));
        return backup;
    }

    /// <summary>lumen restore.</summary>
    /// <param name="environment">Looks a variable up.</param>
    internal static Command CreateRestore(Func<string, string?> environment)
    {
        Argument<string> file = new("file") { Description = "what lumen backup wrote", HelpName = "FILE" };
        Option<string> data = Data();
        Option<bool> replace = new("--replace")
        {
            Description = "put it in the place of what the database holds; stop the service first",
        };
        Command restore = new(
            "restore",
            "Put a backup into an empty database. Without the master key that its secrets were sealed under they are "
            + $"lost. The database is ${UrlVariable}, with the login of the migrate command.")
        {
            file, data, replace,
        };
        restore.SetAction((parsed, cancellationToken) => RunAsync(parsed, environment, data, async (store, output) =>
        {
            StoreContents contents =
                await store.RestoreAsync(parsed.GetValue(file)!, parsed.GetValue(replace), cancellationToken);
            await output.WriteLineAsync($"restored: schema version {contents.Version}, {contents.Total} rows");
            if (contents.Version < SchemaVersion.Current)
                await output.WriteLineAsync("it is older than this build: run the migrate command before the service");
        }));
        return restore;
    }

    private static Option<string> Data() => new("--data")
    {
        Description = $"folder of a development run, for its SQLite file when ${UrlVariable} is not set",
        DefaultValueFactory = _ => ".data",
        HelpName = "DIR",
    };

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<string, string?> environment, Option<string> data,
        Func<StoreBackup, TextWriter, Task> work)
    {
        InvocationConfiguration console = parsed.InvocationConfiguration;
        try
        {
            DatabaseSettings settings = DatabaseSettings.Parse(
                environment(UrlVariable), Path.Combine(parsed.GetValue(data)!, "lumenlink.db"));
            await work(StoreBackup.Of(settings), console.Output);
            return ExitStatus.Done;
        }
        catch (Exception problem) when (problem is BackupException or DatabaseSettingsException or IOException
            or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync("error: " + problem.Message);
            return ExitStatus.Failed;
        }
    }
}
