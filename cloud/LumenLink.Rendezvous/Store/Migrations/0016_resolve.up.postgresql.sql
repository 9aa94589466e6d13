-- The period of the identifier that a beacon says it advertises, null where it told none.
ALTER TABLE beacon_status ADD COLUMN eid_period bigint;

-- Each replica asks every second who was enrolled of late.
CREATE INDEX beacons_by_enrolment ON beacons (enrolled_at);
