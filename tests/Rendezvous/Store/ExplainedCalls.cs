using System.Text;
using System.Text.Json;
using Npgsql;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>A node of a plan.</summary>
/// <param name="Statement">The statement that it is of.</param>
/// <param name="Type">As EXPLAIN calls it.</param>
/// <param name="Table">The table that is read, or empty.</param>
/// <param name="Index">The index that is read, or empty.</param>
/// <param name="Condition">Which part of the index is read, or empty.</param>
internal sealed record PlanNode(string Statement, string Type, string Table, string Index, string Condition);

/// <summary>
/// The plans of what a store really runs, with the parameters that it runs with and within functions too: PostgreSQL's
/// auto_explain writes EXPLAIN (FORMAT JSON) of every statement of the database into the server's log.
/// </summary>
internal sealed class ExplainedCalls(TestDatabase database, string logFile)
{
    private const string Start = "  plan:";

    /// <summary>Has every session of the database that begins from now on explain itself.</summary>
    public Task BeginAsync() => database.ExecuteAsync("""
        DO $$
        DECLARE
            setting text;
        BEGIN
            FOREACH setting IN ARRAY ARRAY['session_preload_libraries = auto_explain',
                'auto_explain.log_min_duration = 0', 'auto_explain.log_format = json',
                'auto_explain.log_nested_statements = on']
            LOOP
                EXECUTE format('ALTER DATABASE %I SET ', current_database()) || setting;
            END LOOP;
        END
        $$
        """);

    /// <summary>The nodes of all plans of what runs meanwhile.</summary>
    /// <param name="run">Runs over connections that are closed when it is done.</param>
    public async Task<List<PlanNode>> OfAsync(Func<Task> run)
    {
        long before = new FileInfo(logFile).Length;
        await run();
        await QuietAsync();
        await using FileStream log = new(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = before;
        using StreamReader reader = new(log, Encoding.UTF8);
        List<PlanNode> nodes = [];
        StringBuilder entry = new();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.EndsWith(Start, StringComparison.Ordinal))
            {
                Read(entry, nodes);
                entry.Append(' ');
            }
            else if (entry.Length > 0 && line.StartsWith('\t'))
                entry.Append(line);
            else
                Read(entry, nodes);
        }

        Read(entry, nodes);
        return nodes;
    }

    /// <summary>An entry of the log, whose further lines begin with a tab, is a plan.</summary>
    private static void Read(StringBuilder entry, List<PlanNode> nodes)
    {
        if (entry.Length == 0)
            return;
        using JsonDocument plan = JsonDocument.Parse(entry.ToString());
        Walk(plan.RootElement.GetProperty("Plan"), plan.RootElement.GetProperty("Query Text").GetString()!, nodes);
        entry.Clear();
    }

    private static void Walk(JsonElement node, string statement, List<PlanNode> nodes)
    {
        nodes.Add(new PlanNode(
            statement, Text("Node Type"), Text("Relation Name"), Text("Index Name"), Text("Index Cond")));
        if (!node.TryGetProperty("Plans", out JsonElement inner))
            return;
        foreach (JsonElement each in inner.EnumerateArray())
            Walk(each, statement, nodes);

        string Text(string name) => node.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
    }

    /// <summary>Waits until the store's sessions are gone: then all that they logged is there.</summary>
    private async Task QuietAsync()
    {
        await using var connection = (NpgsqlConnection)database.Connect();
        await connection.OpenAsync();
        await using NpgsqlCommand others = new(
            """
            SELECT count(*) = 0 FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """,
            connection);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (await others.ExecuteScalarAsync(limit.Token) is not true)
            limit.Token.ThrowIfCancellationRequested();
    }
}
