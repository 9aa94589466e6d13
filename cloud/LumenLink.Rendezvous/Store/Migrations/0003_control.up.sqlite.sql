-- As PostgreSQL's 0003, without roles.
CREATE TABLE commands (
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    command_id INTEGER NOT NULL CHECK (command_id > 0),
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    command INTEGER NOT NULL,
    argument INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    sent_count INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER,
    acked_at INTEGER,
    outcome INTEGER,
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (beacon_id, command_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_pending ON commands (expires_at) WHERE acked_at IS NULL;
CREATE INDEX commands_by_time ON commands (created_at);

CREATE TABLE configurations (
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    version INTEGER NOT NULL CHECK (version > 0),
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    body TEXT NOT NULL,
    signed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    sent_count INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER,
    acked_at INTEGER,
    outcome INTEGER,
    detail TEXT NOT NULL DEFAULT '',
    is_open INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (beacon_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX configurations_open ON configurations (beacon_id) WHERE is_open;

CREATE TABLE diagnostics (
    beacon_id INTEGER NOT NULL REFERENCES beacons,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL REFERENCES tenants,
    captured_unix_ms INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (beacon_id, boot, seq)
) STRICT, WITHOUT ROWID;
