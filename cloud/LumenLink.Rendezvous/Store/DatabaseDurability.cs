using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// What PostgreSQL says of the settings without which a commit that returned may be gone after a power cut.
/// </summary>
/// <param name="IsKnown">False when it could not be asked.</param>
/// <param name="Off">Names of those that are off, for this login in this database.</param>
internal sealed record DatabaseDurability(bool IsKnown, IReadOnlyList<string> Off)
{
    /// <summary>Longest time that the question may take.</summary>
    private const int WithinS = 10;

    private const string Question = """
        SELECT name FROM pg_settings
        WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off' ORDER BY name
        """;

    /// <summary>Asks, with the login that the command uses. Changes nothing.</summary>
    public static async Task<DatabaseDurability> AskAsync(
        DatabaseSettings settings, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder within = new(settings.ForMigration(role: null))
        {
            Timeout = WithinS,
            CommandTimeout = WithinS,
        };
        try
        {
            await using NpgsqlConnection connection = new(within.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using NpgsqlCommand command = new(Question, connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            List<string> off = [];
            while (await reader.ReadAsync(cancellationToken))
                off.Add(reader.GetString(0));
            return new DatabaseDurability(true, off);
        }
        catch (Exception exception) when (exception is DbException or IOException or SocketException
            or TimeoutException or ArgumentException or InvalidOperationException)
        {
            return new DatabaseDurability(false, []);
        }
    }
}
