using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Commands and configurations for beacons, and their diagnostics. Adds only.</summary>
[Migration(3, "control")]
internal sealed class Migration0003Control(DatabaseSettings settings) : ScriptMigration("0003_control", settings);
