-- Records that the database refused, each with its frame as it came. A policy bounds them; a row never gives way to
-- another one.
CREATE TABLE poisoned_frames (
    poisoned_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    beacon_id bigint NOT NULL REFERENCES beacons,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    frame bytea NOT NULL
);
CREATE INDEX poisoned_frames_by_beacon ON poisoned_frames (beacon_id);

GRANT SELECT, INSERT, DELETE ON poisoned_frames TO lumen_ingest;
GRANT SELECT ON poisoned_frames TO lumen_api;

ALTER TABLE poisoned_frames ENABLE ROW LEVEL SECURITY;
ALTER TABLE poisoned_frames FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON poisoned_frames TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON poisoned_frames TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
