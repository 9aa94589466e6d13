namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>What resolving identifiers reads: who was enrolled of late, the period that a beacon is in.</summary>
[Expands(16, "resolve")]
internal sealed class Migration0016Resolve(DatabaseSettings settings) : ScriptMigration("0016_resolve", settings);
