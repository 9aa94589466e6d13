DROP TABLE alarms;
ALTER TABLE frames DROP COLUMN fingerprint;
ALTER TABLE beacons DROP COLUMN before_boot;
ALTER TABLE beacons DROP COLUMN before_connect;
ALTER TABLE beacons DROP COLUMN tick_zero_unix_ms;
