-- Roles of the service, made by the migrate command when they are missing and its login may create roles; else a
-- superuser runs this file once. The roles cannot log in: the service's login is their member and takes one per
-- transaction.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lumen_migrate') THEN
        CREATE ROLE lumen_migrate NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lumen_ingest') THEN
        CREATE ROLE lumen_ingest NOLOGIN BYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lumen_api') THEN
        CREATE ROLE lumen_api NOLOGIN;
    END IF;
    IF NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = 'lumen_ingest') THEN
        RAISE EXCEPTION 'role lumen_ingest must have BYPASSRLS';
    END IF;
    IF (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = 'lumen_api') THEN
        RAISE EXCEPTION 'role lumen_api must not bypass row security';
    END IF;
    IF NOT (pg_has_role('lumen_migrate', 'MEMBER') AND pg_has_role('lumen_ingest', 'MEMBER')
            AND pg_has_role('lumen_api', 'MEMBER')) THEN
        EXECUTE format('GRANT lumen_migrate, lumen_ingest, lumen_api TO %I', session_user);
    END IF;
END
$$;
CREATE SCHEMA IF NOT EXISTS lumen AUTHORIZATION lumen_migrate;
GRANT USAGE ON SCHEMA lumen TO lumen_ingest, lumen_api;
