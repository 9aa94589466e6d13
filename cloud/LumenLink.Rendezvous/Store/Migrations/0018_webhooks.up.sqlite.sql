-- As PostgreSQL's 0018, without roles.
CREATE TABLE webhooks (
    webhook_id TEXT PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    url TEXT NOT NULL,
    events INTEGER NOT NULL,
    description TEXT NOT NULL,
    secret_wrapped BLOB NOT NULL,
    previous_until INTEGER,
    state INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    closed_until INTEGER,
    dropped INTEGER NOT NULL DEFAULT 0,
    dropped_untold INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, webhook_id);

CREATE TABLE webhook_deliveries (
    delivery_id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    message_id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER,
    lease INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    outcome INTEGER,
    status INTEGER,
    tried_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, delivery_id);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);

CREATE TABLE beacon_presence (
    beacon_id INTEGER PRIMARY KEY REFERENCES beacons,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    is_online INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
