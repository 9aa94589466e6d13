CREATE TABLE tenants (
    tenant_id integer PRIMARY KEY CHECK (tenant_id > 0),
    name text NOT NULL
);
INSERT INTO tenants (tenant_id, name) VALUES (1, 'default');

-- Enrolment, the connection token accepted last, and the last verdict. The row is also the lock under which everything
-- about its beacon commits. beacon_id holds the 8 id bytes, big-endian, two's complement.
CREATE TABLE beacons (
    beacon_id bigint PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    key_hash bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    certificate bytea NOT NULL,
    level smallint NOT NULL,
    hardware_model integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    region text NOT NULL,
    enrolled_at timestamptz NOT NULL,
    revoked_at timestamptz,
    eid_key_wrapped bytea NOT NULL,
    token_boot bigint NOT NULL DEFAULT 0,
    token_connect bigint NOT NULL DEFAULT 0,
    token_hash bytea,
    token_client text,
    token_at timestamptz,
    attested_boot bigint NOT NULL DEFAULT 0,
    attested_at timestamptz,
    firmware_version text NOT NULL DEFAULT '',
    last_outcome smallint,
    last_outcome_at timestamptz,
    last_outcome_detail text NOT NULL DEFAULT ''
);
CREATE INDEX beacons_by_tenant ON beacons (tenant_id, name);

-- Audit of verdicts. tenant_id is null when the beacon is not enrolled.
CREATE TABLE attestations (
    attestation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer REFERENCES tenants,
    beacon_id bigint NOT NULL,
    at timestamptz NOT NULL,
    outcome smallint NOT NULL,
    detail text NOT NULL,
    boot bigint NOT NULL,
    service_nonce bytea NOT NULL,
    firmware_version text NOT NULL,
    evidence_hash bytea NOT NULL
);
CREATE INDEX attestations_by_beacon ON attestations (beacon_id, attestation_id);

CREATE TABLE used_nonces (
    service_nonce bytea PRIMARY KEY,
    tenant_id integer,
    expires_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    grant_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    beacon_id bigint NOT NULL REFERENCES beacons,
    session_id bigint NOT NULL CHECK (session_id <> 0),
    boot bigint NOT NULL,
    keys_wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tick_zero_unix_ms bigint NOT NULL,
    confirmed_at timestamptz,
    ended_at timestamptz,
    UNIQUE (beacon_id, session_id)
);

-- Keys shared by replicas belong to the service: tenant_id is null unless a purpose is a tenant's own.
CREATE TABLE shared_keys (
    purpose text NOT NULL,
    number bigint NOT NULL,
    tenant_id integer,
    wrapped bytea NOT NULL,
    not_after timestamptz NOT NULL,
    PRIMARY KEY (purpose, number)
);

-- One row per record ever stored, until it is at or below its boot's pruned_through.
CREATE TABLE frames (
    beacon_id bigint NOT NULL,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    tenant_id integer NOT NULL,
    kind smallint NOT NULL,
    refused smallint NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (beacon_id, boot, seq)
);
CREATE INDEX frames_by_time ON frames USING brin (received_at);

-- settled_through: what receipts say. pruned_through: identities up to here are known without a row in frames.
CREATE TABLE boot_progress (
    beacon_id bigint NOT NULL REFERENCES beacons,
    boot bigint NOT NULL,
    tenant_id integer NOT NULL,
    settled_through bigint NOT NULL,
    pruned_through bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (beacon_id, boot),
    CHECK (pruned_through <= settled_through)
) WITH (fillfactor = 70);

CREATE TABLE beacon_status (
    beacon_id bigint PRIMARY KEY REFERENCES beacons,
    tenant_id integer NOT NULL,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    received_at timestamptz NOT NULL,
    captured_unix_ms bigint NOT NULL,
    uptime_ms bigint NOT NULL,
    queue_records bigint NOT NULL,
    queue_bytes bigint NOT NULL,
    dropped_records bigint NOT NULL,
    dropped_sightings bigint NOT NULL,
    heap_free_bytes bigint,
    heap_largest_bytes bigint,
    wifi_rssi_dbm smallint,
    boot_reason smallint NOT NULL,
    firmware_version text NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE beacon_activity (
    beacon_id bigint PRIMARY KEY REFERENCES beacons,
    tenant_id integer NOT NULL,
    last_seen_at timestamptz,
    record_count bigint NOT NULL DEFAULT 0,
    sighting_count bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- Capture time is a number, not a timestamp: it is the device's statement and may be any.
CREATE SEQUENCE sighting_rows AS bigint;
CREATE TABLE sightings (
    row_id bigint NOT NULL DEFAULT nextval('sighting_rows'),
    tenant_id integer NOT NULL,
    beacon_id bigint NOT NULL,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    received_at timestamptz NOT NULL,
    window_open_unix_ms bigint NOT NULL,
    duration_ms integer NOT NULL,
    quality smallint NOT NULL,
    radio smallint NOT NULL,
    address bigint NOT NULL,
    address_type smallint NOT NULL,
    key_day integer NOT NULL,
    rssi_dbm smallint NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX sightings_by_row ON sightings (row_id);
CREATE INDEX sightings_by_beacon ON sightings (beacon_id, row_id);
CREATE INDEX sightings_by_address ON sightings (address, row_id);
CREATE INDEX sightings_by_time ON sightings USING brin (received_at);
CREATE TABLE sightings_default PARTITION OF sightings DEFAULT;

-- Partitions belong to lumen_migrate; the pipeline makes and drops them through these functions only.
CREATE FUNCTION sightings_partition(day date) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'sightings_' || to_char(day, 'YYYYMMDD') $$;

CREATE FUNCTION add_sightings_partition(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    partition text := sightings_partition(day);
    from_at timestamptz := day::timestamp AT TIME ZONE 'UTC';
    to_at timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Locks in the order in which inserts take them. Rows that came while the partition was missing move into it.
    LOCK TABLE sightings IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE sightings_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE sightings INCLUDING ALL)', partition);
    EXECUTE format('WITH moved AS (
            DELETE FROM sightings_default WHERE received_at >= $1 AND received_at < $2 RETURNING *)
        INSERT INTO %I SELECT * FROM moved', partition) USING from_at, to_at;
    EXECUTE format('ALTER TABLE sightings ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, from_at, to_at);
    RETURN true;
END
$$;

-- Short: the exclusive lock on sightings is held for a change of the catalogue only.
CREATE FUNCTION detach_sightings_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    LOCK TABLE sightings IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM pg_inherits
               WHERE inhparent = 'sightings'::regclass AND inhrelid = to_regclass(sightings_partition(day))) THEN
        EXECUTE format('ALTER TABLE sightings DETACH PARTITION %I', sightings_partition(day));
    END IF;
END
$$;

-- Long, and nobody waits for its scan: the table is detached.
CREATE FUNCTION drop_sightings_partition(day date) RETURNS bigint
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

-- What the default partition still holds of the time before; it should be empty.
CREATE FUNCTION drop_stray_sightings(before timestamptz) RETURNS bigint
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

REVOKE ALL ON FUNCTION add_sightings_partition(date), detach_sightings_partition(date),
    drop_sightings_partition(date), drop_stray_sightings(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_sightings_partition(date), detach_sightings_partition(date),
    drop_sightings_partition(date), drop_stray_sightings(timestamptz) TO lumen_ingest;

-- The pipeline: what it needs, no more. Keys, levels and owners of beacons are not its to change.
GRANT SELECT ON schema_versions TO lumen_ingest, lumen_api;
GRANT SELECT, INSERT ON beacons TO lumen_ingest;
GRANT UPDATE (revoked_at, token_boot, token_connect, token_hash, token_client, token_at, attested_boot, attested_at,
    firmware_version, last_outcome, last_outcome_at, last_outcome_detail) ON beacons TO lumen_ingest;
GRANT INSERT ON attestations TO lumen_ingest;
GRANT SELECT, INSERT, DELETE ON used_nonces, shared_keys, frames TO lumen_ingest;
GRANT SELECT, INSERT, DELETE ON sessions TO lumen_ingest;
GRANT UPDATE (confirmed_at, ended_at) ON sessions TO lumen_ingest;
GRANT SELECT, INSERT, UPDATE ON boot_progress, beacon_status, beacon_activity TO lumen_ingest;
GRANT INSERT ON sightings TO lumen_ingest;
GRANT USAGE ON SEQUENCE sighting_rows TO lumen_ingest;

-- The API: reads, of the tenant of its transaction, no secret columns.
GRANT SELECT ON tenants, beacon_status, beacon_activity, sightings TO lumen_api;
GRANT SELECT (tenant_id, beacon_id, name, region, level, hardware_model, enrolled_at, revoked_at, attested_boot,
    attested_at, firmware_version, last_outcome, last_outcome_at, last_outcome_detail) ON beacons TO lumen_api;
GRANT SELECT (tenant_id, beacon_id, grant_number, created_at, expires_at, confirmed_at, ended_at)
    ON sessions TO lumen_api;
GRANT SELECT (attestation_id, tenant_id, beacon_id, at, outcome, detail, boot, firmware_version)
    ON attestations TO lumen_api;

-- Row security on every table, for the owner too; a policy of its own lets it see all, so that a later backfill is not
-- silently empty.
DO $$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY ARRAY['tenants', 'beacons', 'attestations', 'used_nonces', 'sessions', 'shared_keys',
        'frames', 'boot_progress', 'beacon_status', 'beacon_activity', 'sightings']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', protected);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', protected);
        EXECUTE format('CREATE POLICY owner_all ON %I TO lumen_migrate USING (true)', protected);
        EXECUTE format('CREATE POLICY api_tenant ON %I TO lumen_api
            USING (tenant_id = nullif(current_setting(''lumen.tenant_id'', true), '''')::integer)', protected);
    END LOOP;
END
$$;
