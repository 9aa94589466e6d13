using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Everything, from nothing.</summary>
[Migration(1, "initial")]
internal sealed class Migration0001Initial(DatabaseSettings settings) : ScriptMigration("0001_initial", settings);

/// <summary>A migration whose steps are the embedded SQL files NAME.up.ENGINE.sql and NAME.down.ENGINE.sql.</summary>
/// <param name="name">Number and name, as in the file names.</param>
/// <param name="settings">Says the engine.</param>
internal abstract class ScriptMigration(string name, DatabaseSettings settings) : Migration
{
    /// <inheritdoc/>
    public override void Up() => Run("up");

    /// <inheritdoc/>
    public override void Down() => Run("down");

    private void Run(string direction)
    {
        string engine = settings.Engine == StoreEngine.PostgreSql ? "postgresql" : "sqlite";
        Execute.Sql(EmbeddedScript.Read($"{name}.{direction}.{engine}.sql"));
    }
}

/// <summary>SQL files inside the assembly.</summary>
internal static class EmbeddedScript
{
    /// <summary>The text of a file of this folder.</summary>
    public static string Read(string fileName)
    {
        using Stream stream = typeof(EmbeddedScript).Assembly.GetManifestResourceStream(
            $"{typeof(EmbeddedScript).Namespace}.{fileName}")
            ?? throw new InvalidOperationException($"no script {fileName}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
