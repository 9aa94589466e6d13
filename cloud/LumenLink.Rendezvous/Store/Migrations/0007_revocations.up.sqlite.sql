-- As PostgreSQL's 0007, without roles.
CREATE TABLE revocations (
    epoch INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO revocations (epoch, tenant_id, beacon_id, at)
    SELECT row_number() OVER (ORDER BY revoked_at, beacon_id), tenant_id, beacon_id, revoked_at
    FROM beacons WHERE revoked_at IS NOT NULL;
