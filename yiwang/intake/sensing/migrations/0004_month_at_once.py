"""Two doors that need the same new month at once: the second one, after it has waited, looks into pg_class itself.

`to_regclass` answers from this session's memory of names, which is not told anew by waiting for an advisory lock: it went on
saying that there is no such table, and the second door's batch failed ("already exists"). A query has a fresh snapshot.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION reading_month_made(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    first date := date_trunc('month', wanted)::date;
    name text := 'reading_' || to_char(wanted, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF first < DATE '2000-01-01' OR first >= DATE '2100-01-01' THEN
        RAISE EXCEPTION 'no readings are kept for %', wanted USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('reading_month_made'));
    IF EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = name AND relnamespace = 'public'::regnamespace) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.reading INCLUDING ALL)', name);
    EXECUTE format(
        'ALTER TABLE public.reading ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, first::timestamptz, (first + INTERVAL '1 month')::timestamptz
    );
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        EXECUTE format('REVOKE ALL ON public.%I FROM yiwang_app', name);
    END IF;
    RETURN true;
END $$;
"""

BACK = """
CREATE OR REPLACE FUNCTION reading_month_made(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    first date := date_trunc('month', wanted)::date;
    name text := 'reading_' || to_char(wanted, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF first < DATE '2000-01-01' OR first >= DATE '2100-01-01' THEN
        RAISE EXCEPTION 'no readings are kept for %', wanted USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('reading_month_made'));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.reading INCLUDING ALL)', name);
    EXECUTE format(
        'ALTER TABLE public.reading ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, first::timestamptz, (first + INTERVAL '1 month')::timestamptz
    );
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        EXECUTE format('REVOKE ALL ON public.%I FROM yiwang_app', name);
    END IF;
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sensing", "0003_rollups")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
