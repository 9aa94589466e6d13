-- As PostgreSQL's 0016.
ALTER TABLE beacon_status ADD COLUMN eid_period INTEGER;
CREATE INDEX beacons_by_enrolment ON beacons (enrolled_at);
