using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>The audit: chains, their entries, their signed heads. Adds only.</summary>
[Migration(9, "audit")]
internal sealed class Migration0009Audit(DatabaseSettings settings) : ScriptMigration("0009_audit", settings);
