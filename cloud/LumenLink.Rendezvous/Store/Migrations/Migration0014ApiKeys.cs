namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>API keys. Adds only.</summary>
[Expands(14, "API keys")]
internal sealed class Migration0014ApiKeys(DatabaseSettings settings) : ScriptMigration("0014_api_keys", settings);
