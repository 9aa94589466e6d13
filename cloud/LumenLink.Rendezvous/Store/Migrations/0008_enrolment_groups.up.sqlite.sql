-- As PostgreSQL's 0008, without roles. No foreign key from beacons: SQLite could not drop its column again.
CREATE TABLE enrolment_groups (
    group_id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    name TEXT NOT NULL,
    ca_sha256 BLOB NOT NULL,
    level INTEGER NOT NULL,
    hardware_model INTEGER NOT NULL,
    regions TEXT NOT NULL,
    name_pattern TEXT NOT NULL,
    max_boards INTEGER NOT NULL,
    open_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    enrolled INTEGER NOT NULL DEFAULT 0 CHECK (enrolled <= max_boards),
    UNIQUE (tenant_id, name)
) STRICT;
ALTER TABLE beacons ADD COLUMN group_id INTEGER;
