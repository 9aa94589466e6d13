-- One row a tenant, raised in place: the highest version of a pack that was given out.
CREATE TABLE pack_versions (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenants,
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT;
