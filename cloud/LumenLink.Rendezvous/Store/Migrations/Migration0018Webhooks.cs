namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Webhooks, what is to be delivered to them, and which beacons were online last.</summary>
[Expands(18, "webhooks")]
internal sealed class Migration0018Webhooks(DatabaseSettings settings) : ScriptMigration("0018_webhooks", settings);
