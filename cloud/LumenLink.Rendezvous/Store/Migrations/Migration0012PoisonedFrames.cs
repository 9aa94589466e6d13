using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Records that the database refused.</summary>
[Expands(12, "poisoned frames")]
internal sealed class Migration0012PoisonedFrames(DatabaseSettings settings)
    : ScriptMigration("0012_poisoned_frames", settings);
