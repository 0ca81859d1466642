"""Months of readings that were taken out into Parquet files: no partition is made for them again.

They are taken out by the tables' owner (steps/archiving.py); the application's role may do no more than before.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

BODY = """
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
        RAISE EXCEPTION 'no readings are kept for %%', wanted USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('reading_month_made'));
    IF EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = name AND relnamespace = 'public'::regnamespace) THEN
        RETURN false;
    END IF;
    %s
    EXECUTE format('CREATE TABLE public.%%I (LIKE public.reading INCLUDING ALL)', name);
    EXECUTE format(
        'ALTER TABLE public.reading ATTACH PARTITION public.%%I FOR VALUES FROM (%%L) TO (%%L)',
        name, first::timestamptz, (first + INTERVAL '1 month')::timestamptz
    );
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        EXECUTE format('REVOKE ALL ON public.%%I FROM yiwang_app', name);
    END IF;
    RETURN true;
END $$;
"""
ARCHIVED = """
    IF EXISTS (SELECT FROM public.archived_month WHERE month = first) THEN
        RETURN false;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("sensing", "0005_corrections")]

    operations = [
        migrations.CreateModel(
            name="ArchivedMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("count", models.IntegerField()),
                ("streams", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("digest", models.TextField()),
                ("files", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("entry", models.BigIntegerField()),
            ],
            options={
                "db_table": "archived_month",
            },
        ),
        migrations.RunSQL(BODY % ARCHIVED, BODY % ""),
    ]
