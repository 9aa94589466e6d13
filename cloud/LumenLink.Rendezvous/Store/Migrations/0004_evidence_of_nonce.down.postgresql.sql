ALTER TABLE used_nonces DROP COLUMN evidence_hash;
