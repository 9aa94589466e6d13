-- A chain is written by one process; its row is the head that the next entry follows. It is the lock, too.
CREATE TABLE audit_chains (
    chain_id text COLLATE "C" PRIMARY KEY,
    tenant_id integer REFERENCES tenants,
    started_at timestamptz NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL
);

-- What is hashed, and how, is said in docs/decisions/0029. Rows are never changed; they leave by prune_audit only.
CREATE TABLE audit_entries (
    chain_id text COLLATE "C" NOT NULL REFERENCES audit_chains,
    number bigint NOT NULL CHECK (number > 0),
    tenant_id integer REFERENCES tenants,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    actor text NOT NULL,
    outcome text NOT NULL,
    detail text NOT NULL,
    judged bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (chain_id, number)
);

CREATE TABLE audit_heads (
    head_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id text COLLATE "C" NOT NULL REFERENCES audit_chains,
    tenant_id integer REFERENCES tenants,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    jws text NOT NULL
);
CREATE INDEX audit_heads_by_chain ON audit_heads (chain_id, head_id);

-- Whole prefixes that a head covers, and that head stays; a chain that ended with it goes, head and all.
CREATE FUNCTION prune_audit(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = lumen, pg_temp AS $$
DECLARE
    cut record;
    rows_gone bigint;
    gone bigint := 0;
BEGIN
    FOR cut IN
        SELECT DISTINCT ON (chain_id) chain_id, number, head_id, kind FROM audit_heads WHERE at < before
        ORDER BY chain_id, number DESC, head_id DESC
    LOOP
        DELETE FROM audit_entries WHERE chain_id = cut.chain_id AND number <= cut.number;
        GET DIAGNOSTICS rows_gone = ROW_COUNT;
        gone := gone + rows_gone;
        DELETE FROM audit_heads WHERE chain_id = cut.chain_id
            AND (number < cut.number OR number = cut.number AND head_id < cut.head_id);
        IF cut.kind <> 'hourly' AND NOT EXISTS (
                SELECT FROM audit_heads WHERE chain_id = cut.chain_id AND head_id <> cut.head_id)
            AND NOT EXISTS (SELECT FROM audit_entries WHERE chain_id = cut.chain_id)
        THEN
            DELETE FROM audit_heads WHERE head_id = cut.head_id;
            DELETE FROM audit_chains WHERE chain_id = cut.chain_id;
        END IF;
    END LOOP;
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION prune_audit(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_audit(timestamptz) TO lumen_ingest;

GRANT SELECT, INSERT ON audit_chains, audit_entries, audit_heads TO lumen_ingest;
GRANT UPDATE (number, hash) ON audit_chains TO lumen_ingest;

DO $$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY ARRAY['audit_chains', 'audit_entries', 'audit_heads']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', protected);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', protected);
        EXECUTE format('CREATE POLICY owner_all ON %I TO lumen_migrate USING (true)', protected);
        EXECUTE format('CREATE POLICY api_tenant ON %I TO lumen_api
            USING (tenant_id = nullif(current_setting(''lumen.tenant_id'', true), '''')::integer)', protected);
    END LOOP;
END
$$;
