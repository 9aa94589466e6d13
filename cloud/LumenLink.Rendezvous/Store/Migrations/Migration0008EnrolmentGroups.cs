using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Groups that boards are enrolled through, and who was. Adds only.</summary>
[Migration(8, "enrolment groups")]
internal sealed class Migration0008EnrolmentGroups(DatabaseSettings settings)
    : ScriptMigration("0008_enrolment_groups", settings);
