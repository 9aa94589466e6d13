-- Partitions that were detached and not dropped yet are not found through their parent.
DO $$
DECLARE
    partition text;
BEGIN
    FOR partition IN SELECT relname FROM pg_class
        WHERE relnamespace = 'lumen'::regnamespace AND relkind = 'r' AND relname ~ '^sightings_[0-9]{8}$'
    LOOP
        EXECUTE format('DROP TABLE %I', partition);
    END LOOP;
END
$$;
DROP TABLE sightings;
DROP SEQUENCE sighting_rows;
DROP FUNCTION add_sightings_partition(date), detach_sightings_partition(date), drop_sightings_partition(date),
    drop_stray_sightings(timestamptz), sightings_partition(date);
DROP TABLE beacon_activity, beacon_status, boot_progress, frames, shared_keys, sessions, used_nonces, attestations,
    beacons, tenants;
