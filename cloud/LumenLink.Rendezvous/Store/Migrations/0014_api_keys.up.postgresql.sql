-- API keys. Of the secret only its hash is here; a policy bounds how many a tenant has, and ended ones are forgotten.
CREATE TABLE api_keys (
    key_id text COLLATE "C" PRIMARY KEY,
    tenant_id integer NOT NULL REFERENCES tenants,
    secret_hash bytea NOT NULL,
    name text NOT NULL,
    role integer NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id, key_id);

GRANT SELECT, INSERT, DELETE, UPDATE (revoked_at, last_used_at) ON api_keys TO lumen_ingest;
GRANT SELECT (key_id, tenant_id, name, role, created_by, created_at, expires_at, revoked_at, last_used_at)
    ON api_keys TO lumen_api;

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON api_keys TO lumen_migrate USING (true);
CREATE POLICY api_tenant ON api_keys TO lumen_api
    USING (tenant_id = nullif(current_setting('lumen.tenant_id', true), '')::integer);
