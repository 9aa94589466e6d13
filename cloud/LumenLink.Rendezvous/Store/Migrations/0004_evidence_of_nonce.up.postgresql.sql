-- SHA-256 of the Evidence that consumed the nonce; null in rows from before.
ALTER TABLE used_nonces ADD COLUMN evidence_hash bytea;
