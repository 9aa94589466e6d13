-- The tables of PostgreSQL's 0001, without roles and partitions. Times named _at are unix milliseconds.
CREATE TABLE tenants (
    tenant_id INTEGER PRIMARY KEY CHECK (tenant_id > 0),
    name TEXT NOT NULL
) STRICT;
INSERT INTO tenants (tenant_id, name) VALUES (1, 'default');

CREATE TABLE beacons (
    beacon_id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    key_hash BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    certificate BLOB NOT NULL,
    level INTEGER NOT NULL,
    hardware_model INTEGER NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER,
    eid_key_wrapped BLOB NOT NULL,
    token_boot INTEGER NOT NULL DEFAULT 0,
    token_connect INTEGER NOT NULL DEFAULT 0,
    token_hash BLOB,
    token_client TEXT,
    token_at INTEGER,
    attested_boot INTEGER NOT NULL DEFAULT 0,
    attested_at INTEGER,
    firmware_version TEXT NOT NULL DEFAULT '',
    last_outcome INTEGER,
    last_outcome_at INTEGER,
    last_outcome_detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX beacons_by_tenant ON beacons (tenant_id, name);

CREATE TABLE attestations (
    attestation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER REFERENCES tenants,
    beacon_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    detail TEXT NOT NULL,
    boot INTEGER NOT NULL,
    service_nonce BLOB NOT NULL,
    firmware_version TEXT NOT NULL,
    evidence_hash BLOB NOT NULL
) STRICT;
CREATE INDEX attestations_by_beacon ON attestations (beacon_id, attestation_id);

CREATE TABLE used_nonces (
    service_nonce BLOB PRIMARY KEY,
    tenant_id INTEGER,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    grant_number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    session_id INTEGER NOT NULL CHECK (session_id <> 0),
    boot INTEGER NOT NULL,
    keys_wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tick_zero_unix_ms INTEGER NOT NULL,
    confirmed_at INTEGER,
    ended_at INTEGER,
    UNIQUE (beacon_id, session_id)
) STRICT;

CREATE TABLE shared_keys (
    purpose TEXT NOT NULL,
    number INTEGER NOT NULL,
    tenant_id INTEGER,
    wrapped BLOB NOT NULL,
    not_after INTEGER NOT NULL,
    PRIMARY KEY (purpose, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE frames (
    beacon_id INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (beacon_id, boot, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE boot_progress (
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    boot INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    settled_through INTEGER NOT NULL,
    pruned_through INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (beacon_id, boot),
    CHECK (pruned_through <= settled_through)
) STRICT, WITHOUT ROWID;

CREATE TABLE beacon_status (
    beacon_id INTEGER PRIMARY KEY REFERENCES beacons,
    tenant_id INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
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
    firmware_version TEXT NOT NULL
) STRICT;

CREATE TABLE beacon_activity (
    beacon_id INTEGER PRIMARY KEY REFERENCES beacons,
    tenant_id INTEGER NOT NULL,
    last_seen_at INTEGER,
    record_count INTEGER NOT NULL DEFAULT 0,
    sighting_count INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sightings (
    row_id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL,
    beacon_id INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    window_open_unix_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    radio INTEGER NOT NULL,
    address INTEGER NOT NULL,
    address_type INTEGER NOT NULL,
    key_day INTEGER NOT NULL,
    rssi_dbm INTEGER NOT NULL
) STRICT;
CREATE INDEX sightings_by_beacon ON sightings (beacon_id, row_id);
CREATE INDEX sightings_by_address ON sightings (address, row_id);
CREATE INDEX sightings_by_time ON sightings (received_at);
