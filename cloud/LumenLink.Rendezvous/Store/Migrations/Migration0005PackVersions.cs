using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>The version of each tenant's packs. Adds only.</summary>
[Migration(5, "pack versions")]
internal sealed class Migration0005PackVersions(DatabaseSettings settings)
    : ScriptMigration("0005_pack_versions", settings);
