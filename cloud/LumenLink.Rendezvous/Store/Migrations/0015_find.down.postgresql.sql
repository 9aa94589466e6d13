DROP TABLE beacon_statuses;
REVOKE UPDATE (name, region) ON beacons FROM lumen_ingest;
ALTER TABLE beacons DROP CONSTRAINT beacons_location;
ALTER TABLE beacons DROP COLUMN latitude_e7;
ALTER TABLE beacons DROP COLUMN longitude_e7;
