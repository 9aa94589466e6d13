using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>The newest Evidence of each beacon. Adds only.</summary>
[Migration(11, "evidence")]
internal sealed class Migration0011Evidence(DatabaseSettings settings) : ScriptMigration("0011_evidence", settings);
