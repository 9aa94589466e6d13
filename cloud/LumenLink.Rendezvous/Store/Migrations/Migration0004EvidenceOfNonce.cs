using FluentMigrator;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>Which Evidence consumed a nonce: the same one delivered twice is not refused. Adds only.</summary>
[Migration(4, "evidence of nonce")]
internal sealed class Migration0004EvidenceOfNonce(DatabaseSettings settings)
    : ScriptMigration("0004_evidence_of_nonce", settings);
