-- Where a beacon is: WGS 84, ten-millionths of a degree; both null where nobody said it. Every row of before is good,
-- so none is read.
ALTER TABLE beacons
    ADD COLUMN latitude_e7 integer,
    ADD COLUMN longitude_e7 integer;
ALTER TABLE beacons ADD CONSTRAINT beacons_location CHECK (
    (latitude_e7 IS NULL) = (longitude_e7 IS NULL)
    AND latitude_e7 BETWEEN -900000000 AND 900000000
    AND longitude_e7 BETWEEN -1800000000 AND 1800000000) NOT VALID;

-- Every status of a beacon, as long as records are kept. The key serves a page of one beacon in order of time; the
-- other index serves the pruning by time, and rows come in that order. Not partitioned: a row for each beacon in five
-- minutes.
CREATE TABLE beacon_statuses (
    beacon_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    tenant_id integer NOT NULL,
    captured_unix_ms bigint NOT NULL,
    uptime_ms bigint NOT NULL,
    queue_records bigint NOT NULL,
    queue_bytes bigint NOT NULL,
    dropped_records bigint NOT NULL,
    dropped_sightings bigint NOT NULL,
    heap_free_bytes bigint,
    heap_largest_bytes bigint,
    wifi_rssi_dbm smallint,
    boot_reason smallint NOT NULL,
    firmware_version text NOT NULL,
    transport_kind smallint,
    transport_index smallint,
    advertise_tenths bigint,
    ble_scan_tenths bigint,
    wifi_scan_tenths bigint,
    filtered_rssi bigint,
    filtered_address bigint,
    filtered_service bigint,
    filtered_manufacturer bigint,
    filtered_unchanged bigint,
    connects bigint,
    connect_failures bigint,
    receipts_missed bigint,
    downlink_refused bigint,
    security_level smallint,
    config_version bigint,
    radio_faults bigint,
    chip_faults bigint,
    torn_records bigint,
    other_faults bigint,
    eid_period bigint,
    PRIMARY KEY (beacon_id, received_at, boot, seq)
);
CREATE INDEX beacon_statuses_by_time ON beacon_statuses USING brin (received_at);

GRANT SELECT, INSERT, DELETE ON beacon_statuses TO lumen_ingest;
GRANT SELECT ON beacon_statuses TO lumen_api;
ALTER TABLE beacon_statuses ENABLE ROW LEVEL SECURITY;
ALTER TABLE beacon_statuses FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON beacon_statuses TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON beacon_statuses TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);

-- What of an enrolment may change.
GRANT UPDATE (name, region, latitude_e7, longitude_e7) ON beacons TO lumen_ingest;
GRANT SELECT (latitude_e7, longitude_e7) ON beacons TO lumen_api;
