DROP INDEX beacons_by_enrolment;
ALTER TABLE beacon_status DROP COLUMN eid_period;
