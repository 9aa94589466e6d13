-- One row a tenant, raised in place: the highest version of a pack that was given out.
CREATE TABLE pack_versions (
    tenant_id integer PRIMARY KEY REFERENCES tenants,
    version bigint NOT NULL CHECK (version > 0)
);

GRANT SELECT, INSERT ON pack_versions TO lumen_ingest;
GRANT UPDATE (version) ON pack_versions TO lumen_ingest;

ALTER TABLE pack_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON pack_versions TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON pack_versions TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
