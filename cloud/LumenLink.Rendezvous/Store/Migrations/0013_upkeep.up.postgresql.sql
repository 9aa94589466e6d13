-- What a beacon sent in each hour of received_at. A row is written by counting raw rows and is written again by
-- counting them again, so it is right however often that happens.
CREATE TABLE beacon_hours (
    beacon_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    tenant_id integer NOT NULL,
    records bigint NOT NULL,
    sightings bigint NOT NULL,
    PRIMARY KEY (beacon_id, hour)
);
CREATE INDEX beacon_hours_by_time ON beacon_hours USING brin (hour);

-- Through which hour it is counted. The service's own row: tenant_id is null.
CREATE TABLE roll_ups (
    name text PRIMARY KEY,
    tenant_id integer,
    through timestamptz NOT NULL
);

-- Sightings that went with their partition and are still in beacon_activity.sighting_count.
CREATE TABLE dropped_sightings (
    beacon_id bigint PRIMARY KEY,
    tenant_id integer NOT NULL,
    sightings bigint NOT NULL
);

CREATE FUNCTION roll_up_hour(from_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
    INSERT INTO beacon_hours AS b (beacon_id, hour, tenant_id, records, sightings)
    SELECT beacon_id, from_at, tenant_id, sum(records), sum(sightings)
    FROM (
        SELECT beacon_id, tenant_id, count(*) AS records, 0 AS sightings FROM frames
        WHERE received_at >= from_at AND received_at < from_at + interval '1 hour' GROUP BY beacon_id, tenant_id
        UNION ALL
        SELECT beacon_id, tenant_id, 0, count(*) FROM sightings
        WHERE received_at >= from_at AND received_at < from_at + interval '1 hour' GROUP BY beacon_id, tenant_id
    ) AS counted
    GROUP BY beacon_id, tenant_id
    ON CONFLICT (beacon_id, hour) DO UPDATE
        SET records = greatest(b.records, excluded.records), sightings = greatest(b.sightings, excluded.sightings)
        WHERE excluded.records > b.records OR excluded.sightings > b.sightings
$$;

-- Ingest waits at most this long behind a detach that waits for a long read; the detach is tried again a minute later.
ALTER FUNCTION detach_sightings_partition(date) SET lock_timeout = '500ms';

-- Long, and nobody waits for it: the table is detached, and beacons are not locked while it is read and removed.
CREATE OR REPLACE FUNCTION drop_sightings_partition(day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', sightings_partition(day));
    EXECUTE format('WITH heard AS (SELECT beacon_id, tenant_id, count(*) AS n FROM %I GROUP BY beacon_id, tenant_id),
            kept AS (
                INSERT INTO dropped_sightings AS d (beacon_id, tenant_id, sightings)
                SELECT beacon_id, tenant_id, n FROM heard
                ON CONFLICT (beacon_id) DO UPDATE SET sightings = d.sightings + excluded.sightings)
        SELECT coalesce(sum(n), 0) FROM heard', sightings_partition(day)) INTO gone;
    EXECUTE format('DROP TABLE %I', sightings_partition(day));
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION drop_stray_sightings(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
    WITH gone AS (DELETE FROM sightings_default WHERE received_at < before RETURNING beacon_id, tenant_id),
    heard AS (SELECT beacon_id, tenant_id, count(*) AS n FROM gone GROUP BY beacon_id, tenant_id),
    kept AS (
        INSERT INTO dropped_sightings AS d (beacon_id, tenant_id, sightings)
        SELECT beacon_id, tenant_id, n FROM heard
        ON CONFLICT (beacon_id) DO UPDATE SET sightings = d.sightings + excluded.sightings)
    SELECT coalesce(sum(n), 0)::bigint FROM heard
$$;

-- Takes them off the counts of some beacons, whose locks are held for just these. Returns how many beacons.
CREATE FUNCTION settle_dropped_sightings(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
DECLARE
    ids bigint[] := ARRAY(SELECT beacon_id FROM dropped_sightings ORDER BY beacon_id LIMIT at_most);
BEGIN
    PERFORM 1 FROM beacons WHERE beacon_id = ANY (ids) ORDER BY beacon_id FOR NO KEY UPDATE;
    WITH gone AS (DELETE FROM dropped_sightings WHERE beacon_id = ANY (ids) RETURNING beacon_id, sightings)
    UPDATE beacon_activity AS a SET sighting_count = a.sighting_count - gone.sightings
        FROM gone WHERE a.beacon_id = gone.beacon_id;
    RETURN cardinality(ids);
END
$$;

-- Sightings get keys that repeat, of which a B-tree keeps one for many rows: row_id in steps of 4096. Past days are
-- indexed first, because nobody writes to them; then ingest waits while today is.
DO $$
DECLARE
    part regclass;
    today regclass := to_regclass(sightings_partition((now() AT TIME ZONE 'UTC')::date));
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'sightings'::regclass
            AND inhrelid <> 'sightings_default'::regclass AND inhrelid IS DISTINCT FROM today ORDER BY inhrelid
    LOOP
        EXECUTE format('CREATE INDEX ON %s (tenant_id, (row_id >> 12))', part);
        EXECUTE format('CREATE INDEX ON %s (beacon_id, (row_id >> 12))', part);
        EXECUTE format('CREATE INDEX ON %s (address, (row_id >> 12))', part);
    END LOOP;
END
$$;
DROP INDEX sightings_by_row, sightings_by_beacon, sightings_by_address;
CREATE INDEX sightings_by_tenant ON sightings (tenant_id, (row_id >> 12));
CREATE INDEX sightings_by_beacon ON sightings (beacon_id, (row_id >> 12));
CREATE INDEX sightings_by_address ON sightings (address, (row_id >> 12));

REVOKE ALL ON FUNCTION roll_up_hour(timestamptz), settle_dropped_sightings(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roll_up_hour(timestamptz), settle_dropped_sightings(integer) TO lumen_ingest;
GRANT SELECT, DELETE ON beacon_hours TO lumen_ingest;
GRANT SELECT, INSERT, UPDATE ON roll_ups TO lumen_ingest;
GRANT SELECT ON beacon_hours TO lumen_api;

DO $$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY ARRAY['beacon_hours', 'roll_ups', 'dropped_sightings']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', protected);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', protected);
        EXECUTE format('CREATE POLICY owner_all ON %I TO lumen_migrate USING (true)', protected);
        EXECUTE format('CREATE POLICY api_tenant ON %I TO lumen_api
            USING (tenant_id = nullif(current_setting(''lumen.tenant_id'', true), '''')::integer)', protected);
    END LOOP;
END
$$;
