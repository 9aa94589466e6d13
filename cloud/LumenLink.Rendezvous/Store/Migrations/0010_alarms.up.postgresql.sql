-- One row for each beacon and kind: an alarm that was acknowledged is replaced when it opens anew.
CREATE TABLE alarms (
    alarm_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    beacon_id bigint NOT NULL REFERENCES beacons,
    kind smallint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    count bigint NOT NULL,
    detail text NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    UNIQUE (beacon_id, kind)
);

-- First 8 bytes of SHA-256 of the record; null in rows from before.
ALTER TABLE frames ADD COLUMN fingerprint bigint;

-- The highest token of the boot before token_boot, and service time at tick 0 by the last accepted Evidence.
ALTER TABLE beacons ADD COLUMN before_boot bigint NOT NULL DEFAULT 0;
ALTER TABLE beacons ADD COLUMN before_connect bigint NOT NULL DEFAULT 0;
ALTER TABLE beacons ADD COLUMN tick_zero_unix_ms bigint;

GRANT SELECT, INSERT, DELETE ON alarms TO lumen_ingest;
GRANT UPDATE (last_at, count, detail, acknowledged_at, acknowledged_by) ON alarms TO lumen_ingest;
GRANT UPDATE (before_boot, before_connect, tick_zero_unix_ms) ON beacons TO lumen_ingest;
GRANT SELECT ON alarms TO lumen_api;

ALTER TABLE alarms ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarms FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON alarms TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON alarms TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
