using System.CommandLine;
using LumenLink.Cli.Backup;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;

namespace LumenLink.Tests.Cli;

/// <summary>lumen backup and lumen restore from the outside, on SQLite.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lumenlink-backup-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_database_goes_into_a_file_and_back_and_nothing_is_overwritten()
    {
        string first = folder.CreateSubdirectory("first").FullName;
        string second = folder.CreateSubdirectory("second").FullName;
        await StoreMigrator.MigrateAsync(
            DatabaseSettings.ForSqlite(Path.Combine(first, "lumenlink.db")), null, CancellationToken.None);
        string file = Path.Combine(folder.FullName, "all.backup");
        (int status, string output, _) = await RunAsync("backup", file, "--data", first, "--verify");
        Assert.Equal(0, status);
        Assert.Contains($"schema version {SchemaVersion.Current}", output, StringComparison.Ordinal);
        Assert.Contains("the same rows and the same heads", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        (status, _, string errors) = await RunAsync("backup", file, "--data", first);
        Assert.Equal((1, $"error: {file} is there already\n"), (status, errors));
        Assert.Equal(0, (await RunAsync("restore", file, "--data", second)).Status);
        (status, _, errors) = await RunAsync("restore", file, "--data", second);
        Assert.Equal(1, status);
        Assert.Contains("is not empty; --replace", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("restore", file, "--data", second, "--replace")).Status);
        (status, _, errors) = await RunAsync("backup", file + "2", "--data", folder.FullName);
        Assert.Equal(1, status);
        Assert.Contains("there is no database", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(file + "2"));
    }

    private static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        RootCommand root = new() { BackupCommands.CreateBackup(_ => null), BackupCommands.CreateRestore(_ => null) };
        using StringWriter output = new();
        using StringWriter errors = new();
        int status = await root.Parse(arguments).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors });
        return (status, output.ToString(), errors.ToString());
    }
}
