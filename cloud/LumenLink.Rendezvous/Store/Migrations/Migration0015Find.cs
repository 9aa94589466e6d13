namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Where beacons are, and what they told of themselves.</summary>
[Expands(15, "locations and statuses")]
internal sealed class Migration0015Find(DatabaseSettings settings) : ScriptMigration("0015_find", settings);
