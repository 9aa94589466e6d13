namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Counts of hours, partitions that go without locking beacons, indexes whose keys repeat.</summary>
[Expands(13, "upkeep")]
internal sealed class Migration0013Upkeep(DatabaseSettings settings) : ScriptMigration("0013_upkeep", settings);
