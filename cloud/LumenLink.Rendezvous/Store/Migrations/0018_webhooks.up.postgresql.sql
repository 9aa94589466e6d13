-- Addresses that events are delivered to. The box holds the secret, and behind it the one before, if there was one.
CREATE TABLE webhooks (
    webhook_id text COLLATE "C" PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    url text NOT NULL,
    events integer NOT NULL,
    description text NOT NULL,
    secret_wrapped bytea NOT NULL,
    previous_until timestamptz,
    state smallint NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    closed_until timestamptz,
    dropped bigint NOT NULL DEFAULT 0,
    dropped_untold bigint NOT NULL DEFAULT 0
);
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, webhook_id);

-- The outbox and its outcomes: one row for each event and webhook. While next_at is set it is to be sent; a replica
-- that sends it moves next_at to the end of its lease and puts its own number there.
CREATE TABLE webhook_deliveries (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id text COLLATE "C" NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    tenant_id integer NOT NULL REFERENCES tenants,
    message_id text NOT NULL,
    kind smallint NOT NULL,
    payload text NOT NULL,
    created_at timestamptz NOT NULL,
    next_at timestamptz,
    lease bigint NOT NULL DEFAULT 0,
    tries integer NOT NULL DEFAULT 0,
    outcome smallint,
    status smallint,
    tried_at timestamptz
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, delivery_id);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);

-- Whether a beacon was online when somebody looked last: what the next look is compared with.
CREATE TABLE beacon_presence (
    beacon_id bigint PRIMARY KEY REFERENCES beacons,
    tenant_id integer NOT NULL REFERENCES tenants,
    is_online smallint NOT NULL,
    changed_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, DELETE ON webhooks TO lumen_ingest;
GRANT UPDATE (secret_wrapped, previous_until, state, failures, closed_until, dropped, dropped_untold) ON webhooks
    TO lumen_ingest;
GRANT SELECT (webhook_id, tenant_id, url, events, description, previous_until, state, created_by, created_at, failures,
    closed_until, dropped) ON webhooks TO lumen_api;
GRANT SELECT, INSERT, DELETE ON webhook_deliveries TO lumen_ingest;
GRANT UPDATE (next_at, lease, tries, outcome, status, tried_at) ON webhook_deliveries TO lumen_ingest;
GRANT SELECT ON webhook_deliveries TO lumen_api;
GRANT SELECT, INSERT, UPDATE ON beacon_presence TO lumen_ingest;
GRANT SELECT ON beacon_presence TO lumen_api;

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON webhooks TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON webhooks TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON webhook_deliveries TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON webhook_deliveries TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
ALTER TABLE beacon_presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE beacon_presence FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON beacon_presence TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON beacon_presence TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
