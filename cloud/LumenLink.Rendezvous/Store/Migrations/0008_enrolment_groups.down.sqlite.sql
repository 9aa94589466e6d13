ALTER TABLE beacons DROP COLUMN group_id;
DROP TABLE enrolment_groups;
