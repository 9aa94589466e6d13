-- As PostgreSQL's 0012, without roles.
CREATE TABLE poisoned_frames (
    poisoned_id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    frame BLOB NOT NULL
) STRICT;
CREATE INDEX poisoned_frames_by_beacon ON poisoned_frames (beacon_id);
