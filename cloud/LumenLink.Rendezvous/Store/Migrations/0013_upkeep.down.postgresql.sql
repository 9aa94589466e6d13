-- What was dropped leaves the counts, in the order in which commits lock.
DO $$
BEGIN
    WHILE settle_dropped_sightings(1000) > 0 LOOP
    END LOOP;
END
$$;

DROP INDEX sightings_by_tenant, sightings_by_beacon, sightings_by_address;
CREATE INDEX sightings_by_row ON sightings (row_id);
CREATE INDEX sightings_by_beacon ON sightings (beacon_id, row_id);
CREATE INDEX sightings_by_address ON sightings (address, row_id);

DROP FUNCTION settle_dropped_sightings(integer);
DROP FUNCTION roll_up_hour(timestamptz);
DROP TABLE dropped_sightings;
DROP TABLE roll_ups;
DROP TABLE beacon_hours;

ALTER FUNCTION detach_sightings_partition(date) SET lock_timeout = '2s';

CREATE OR REPLACE FUNCTION drop_sightings_partition(day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
DECLARE
    ids bigint[];
    counts bigint[];
BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', sightings_partition(day));
    EXECUTE format('SELECT array_agg(beacon_id), array_agg(n)
            FROM (SELECT beacon_id, count(*) AS n FROM %I GROUP BY beacon_id) AS heard', sightings_partition(day))
        INTO ids, counts;
    PERFORM 1 FROM beacons WHERE beacon_id = ANY (ids) ORDER BY beacon_id FOR NO KEY UPDATE;
    UPDATE beacon_activity AS a SET sighting_count = a.sighting_count - gone.n
        FROM unnest(ids, counts) AS gone (beacon_id, n) WHERE a.beacon_id = gone.beacon_id;
    EXECUTE format('DROP TABLE %I', sightings_partition(day));
    RETURN coalesce((SELECT sum(n) FROM unnest(counts) AS n), 0);
END
$$;

CREATE OR REPLACE FUNCTION drop_stray_sightings(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
DECLARE
    ids bigint[];
    counts bigint[];
BEGIN
    PERFORM 1 FROM beacons WHERE beacon_id IN (SELECT beacon_id FROM sightings_default WHERE received_at < before)
        ORDER BY beacon_id FOR NO KEY UPDATE;
    WITH gone AS (DELETE FROM sightings_default WHERE received_at < before RETURNING beacon_id)
    SELECT array_agg(beacon_id), array_agg(n) INTO ids, counts
        FROM (SELECT beacon_id, count(*) AS n FROM gone GROUP BY beacon_id) AS heard;
    UPDATE beacon_activity AS a SET sighting_count = a.sighting_count - gone.n
        FROM unnest(ids, counts) AS gone (beacon_id, n) WHERE a.beacon_id = gone.beacon_id;
    RETURN coalesce((SELECT sum(n) FROM unnest(counts) AS n), 0);
END
$$;
