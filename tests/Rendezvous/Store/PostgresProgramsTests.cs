using LumenLink.Rendezvous.Store.Backup;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>What is said when PostgreSQL's programs cannot be used.</summary>
public sealed class PostgresProgramsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lumenlink-programs-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Programs_that_are_not_there_or_older_than_the_server_are_named()
    {
        PostgresPrograms programs = new(folder.FullName);
        Assert.Contains("pg_dump is not installed", await SaidAsync(programs, 15), StringComparison.Ordinal);
        Write("pg_dump", "echo 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'");
        Write("pg_restore", "echo 'pg_restore (PostgreSQL) 14.9'");
        Assert.Contains(
            "pg_restore is of version 14 and the server of 15: install postgresql-client-15",
            await SaidAsync(programs, 15), StringComparison.Ordinal);
        await programs.RequireAsync(14, CancellationToken.None);
        Write("pg_dump", "echo 'no such role' >&2; exit 3");
        Assert.Equal("pg_dump failed: no such role", await SaidAsync(programs, 14));
    }

    private static async Task<string> SaidAsync(PostgresPrograms programs, int server) =>
        (await Assert.ThrowsAsync<BackupException>(() => programs.RequireAsync(server, CancellationToken.None)))
            .Message;

    private void Write(string name, string script)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
