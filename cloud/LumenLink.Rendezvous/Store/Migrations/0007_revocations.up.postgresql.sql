-- The epochs rise in the order of the commits: who has seen one has seen all before it.
CREATE TABLE revocations (
    epoch bigint PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    beacon_id bigint NOT NULL REFERENCES beacons,
    at timestamptz NOT NULL
);
INSERT INTO revocations (epoch, tenant_id, beacon_id, at)
    SELECT row_number() OVER (ORDER BY revoked_at, beacon_id), tenant_id, beacon_id, revoked_at
    FROM beacons WHERE revoked_at IS NOT NULL;

GRANT SELECT, INSERT ON revocations TO lumen_ingest;
GRANT SELECT ON revocations TO lumen_api;

ALTER TABLE revocations ENABLE ROW LEVEL SECURITY;
ALTER TABLE revocations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON revocations TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON revocations TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
