DROP FUNCTION prune_audit(timestamptz);
DROP TABLE audit_heads, audit_entries, audit_chains;
