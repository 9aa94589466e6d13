DROP TABLE beacon_statuses;
ALTER TABLE beacons DROP COLUMN longitude_e7;
ALTER TABLE beacons DROP COLUMN latitude_e7;
