-- Rows are the audit of who asked for what. A beacon's last command stays for ever: ids rise.
CREATE TABLE commands (
    beacon_id bigint NOT NULL REFERENCES beacons,
    command_id bigint NOT NULL CHECK (command_id > 0),
    tenant_id integer NOT NULL REFERENCES tenants,
    command smallint NOT NULL,
    argument integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    requested_by text NOT NULL,
    sent_count integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    acked_at timestamptz,
    outcome smallint,
    detail text NOT NULL DEFAULT '',
    PRIMARY KEY (beacon_id, command_id)
);
CREATE INDEX commands_pending ON commands (expires_at) WHERE acked_at IS NULL;
CREATE INDEX commands_by_time ON commands (created_at);

-- signed: the bytes of a Config frame between header and tag; whoever holds the key made them, once.
-- is_open: it is sent, again and again, until its end is known or a newer one takes its place.
CREATE TABLE configurations (
    beacon_id bigint NOT NULL REFERENCES beacons,
    version bigint NOT NULL CHECK (version > 0),
    tenant_id integer NOT NULL REFERENCES tenants,
    body text NOT NULL,
    signed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    requested_by text NOT NULL,
    sent_count integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    acked_at timestamptz,
    outcome smallint,
    detail text NOT NULL DEFAULT '',
    is_open boolean NOT NULL DEFAULT true,
    PRIMARY KEY (beacon_id, version)
);
CREATE INDEX configurations_open ON configurations (beacon_id) WHERE is_open;

CREATE TABLE diagnostics (
    beacon_id bigint NOT NULL REFERENCES beacons,
    boot bigint NOT NULL,
    seq bigint NOT NULL,
    tenant_id integer NOT NULL REFERENCES tenants,
    captured_unix_ms bigint NOT NULL,
    received_at timestamptz NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (beacon_id, boot, seq)
);

GRANT SELECT, INSERT, DELETE ON commands, configurations, diagnostics TO lumen_ingest;
GRANT UPDATE (sent_count, sent_at, acked_at, outcome, detail) ON commands TO lumen_ingest;
GRANT UPDATE (sent_count, sent_at, acked_at, outcome, detail, is_open) ON configurations TO lumen_ingest;
GRANT SELECT ON commands, diagnostics TO lumen_api;
GRANT SELECT (beacon_id, version, tenant_id, body, created_at, requested_by, sent_count, sent_at, acked_at, outcome,
    detail, is_open) ON configurations TO lumen_api;

DO $$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY ARRAY['commands', 'configurations', 'diagnostics']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', protected);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', protected);
        EXECUTE format('CREATE POLICY owner_all ON %I TO lumen_migrate USING (true)', protected);
        EXECUTE format('CREATE POLICY api_tenant ON %I TO lumen_api
            USING (tenant_id = nullif(current_setting(''lumen.tenant_id'', true), '''')::integer)', protected);
    END LOOP;
END
$$;
