using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Alarms, and what tells one beacon from two of the same identity. Adds only.</summary>
[Migration(10, "alarms")]
internal sealed class Migration0010Alarms(DatabaseSettings settings) : ScriptMigration("0010_alarms", settings);
