-- A row is the lock under which boards take their places in it. Rows stay, because beacons name them; a policy bounds
-- how many there are. hardware_model 0: each enrolment says it. regions: JSON, weight by region.
CREATE TABLE enrolment_groups (
    group_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    name text COLLATE "C" NOT NULL,
    ca_sha256 bytea NOT NULL,
    level smallint NOT NULL,
    hardware_model integer NOT NULL,
    regions text NOT NULL,
    name_pattern text NOT NULL,
    max_boards integer NOT NULL,
    open_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    enrolled integer NOT NULL DEFAULT 0 CHECK (enrolled <= max_boards),
    UNIQUE (tenant_id, name)
);
ALTER TABLE beacons ADD COLUMN group_id integer REFERENCES enrolment_groups;

GRANT SELECT, INSERT ON enrolment_groups TO lumen_ingest;
GRANT UPDATE (regions, closed_at, enrolled) ON enrolment_groups TO lumen_ingest;
GRANT SELECT ON enrolment_groups TO lumen_api;

ALTER TABLE enrolment_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE enrolment_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON enrolment_groups TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON enrolment_groups TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
