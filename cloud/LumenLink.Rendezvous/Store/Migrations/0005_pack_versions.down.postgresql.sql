DROP TABLE pack_versions;
