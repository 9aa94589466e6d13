-- As PostgreSQL's 0011, without roles.
CREATE TABLE evidence (
    beacon_id INTEGER PRIMARY KEY REFERENCES beacons,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    frame BLOB NOT NULL
) STRICT;
