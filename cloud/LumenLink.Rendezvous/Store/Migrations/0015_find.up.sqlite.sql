-- As PostgreSQL's 0015, without roles.
ALTER TABLE beacons ADD COLUMN latitude_e7 INTEGER CHECK (latitude_e7 BETWEEN -900000000 AND 900000000);
ALTER TABLE beacons ADD COLUMN longitude_e7 INTEGER CHECK (
    (latitude_e7 IS NULL) = (longitude_e7 IS NULL) AND longitude_e7 BETWEEN -1800000000 AND 1800000000);

CREATE TABLE beacon_statuses (
    beacon_id INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    captured_unix_ms INTEGER NOT NULL,
    uptime_ms INTEGER NOT NULL,
    queue_records INTEGER NOT NULL,
    queue_bytes INTEGER NOT NULL,
    dropped_records INTEGER NOT NULL,
    dropped_sightings INTEGER NOT NULL,
    heap_free_bytes INTEGER,
    heap_largest_bytes INTEGER,
    wifi_rssi_dbm INTEGER,
    boot_reason INTEGER NOT NULL,
    firmware_version TEXT NOT NULL,
    transport_kind INTEGER,
    transport_index INTEGER,
    advertise_tenths INTEGER,
    ble_scan_tenths INTEGER,
    wifi_scan_tenths INTEGER,
    filtered_rssi INTEGER,
    filtered_address INTEGER,
    filtered_service INTEGER,
    filtered_manufacturer INTEGER,
    filtered_unchanged INTEGER,
    connects INTEGER,
    connect_failures INTEGER,
    receipts_missed INTEGER,
    downlink_refused INTEGER,
    security_level INTEGER,
    config_version INTEGER,
    radio_faults INTEGER,
    chip_faults INTEGER,
    torn_records INTEGER,
    other_faults INTEGER,
    eid_period INTEGER,
    PRIMARY KEY (beacon_id, received_at, boot, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX beacon_statuses_by_time ON beacon_statuses (received_at);
