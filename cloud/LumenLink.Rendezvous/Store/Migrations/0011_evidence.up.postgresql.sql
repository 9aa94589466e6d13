-- The newest Evidence of each beacon that its own key signed: what a policy is tried against before it is in force.
-- One row a beacon, overwritten in the verdict's transaction. No secret is in an Evidence.
CREATE TABLE evidence (
    beacon_id bigint PRIMARY KEY REFERENCES beacons,
    tenant_id integer NOT NULL REFERENCES tenants,
    at timestamptz NOT NULL,
    outcome smallint NOT NULL,
    frame bytea NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON evidence TO lumen_ingest;
GRANT SELECT ON evidence TO lumen_api;

ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON evidence TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON evidence TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
