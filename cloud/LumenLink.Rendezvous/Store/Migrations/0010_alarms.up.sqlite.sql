-- As PostgreSQL's 0010, without roles.
CREATE TABLE alarms (
    alarm_id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    kind INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    detail TEXT NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    UNIQUE (beacon_id, kind)
) STRICT;

ALTER TABLE frames ADD COLUMN fingerprint INTEGER;

ALTER TABLE beacons ADD COLUMN before_boot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE beacons ADD COLUMN before_connect INTEGER NOT NULL DEFAULT 0;
ALTER TABLE beacons ADD COLUMN tick_zero_unix_ms INTEGER;
