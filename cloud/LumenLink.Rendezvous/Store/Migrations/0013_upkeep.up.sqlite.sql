-- As PostgreSQL's 0013: counts of hours. The rest is of partitions and roles.
CREATE TABLE beacon_hours (
    beacon_id INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    records INTEGER NOT NULL,
    sightings INTEGER NOT NULL,
    PRIMARY KEY (beacon_id, hour)
) STRICT;
CREATE INDEX beacon_hours_by_time ON beacon_hours (hour);

CREATE TABLE roll_ups (
    name TEXT PRIMARY KEY,
    tenant_id INTEGER,
    through INTEGER NOT NULL
) STRICT;
