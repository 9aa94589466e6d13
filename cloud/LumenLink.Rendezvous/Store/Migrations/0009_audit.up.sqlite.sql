-- As PostgreSQL's 0009, without roles.
CREATE TABLE audit_chains (
    chain_id TEXT PRIMARY KEY,
    tenant_id INTEGER REFERENCES tenants,
    started_at INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE audit_entries (
    chain_id TEXT NOT NULL REFERENCES audit_chains,
    number INTEGER NOT NULL CHECK (number > 0),
    tenant_id INTEGER REFERENCES tenants,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    judged BLOB NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_heads (
    head_id INTEGER PRIMARY KEY AUTOINCREMENT,
    chain_id TEXT NOT NULL REFERENCES audit_chains,
    tenant_id INTEGER REFERENCES tenants,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    jws TEXT NOT NULL
) STRICT;
CREATE INDEX audit_heads_by_chain ON audit_heads (chain_id, head_id);
