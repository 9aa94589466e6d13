using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Revocations in their order, for replicas that look what is new. Adds only.</summary>
[Migration(7, "revocations")]
internal sealed class Migration0007Revocations(DatabaseSettings settings)
    : ScriptMigration("0007_revocations", settings);
