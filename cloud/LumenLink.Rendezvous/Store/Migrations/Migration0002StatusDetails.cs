using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Columns for the details of a status; null where a beacon tells none. Adds only.</summary>
[Migration(2, "status details")]
internal sealed class Migration0002StatusDetails(DatabaseSettings settings)
    : ScriptMigration("0002_status_details", settings);
