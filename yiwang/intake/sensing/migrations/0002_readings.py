"""Readings, partitioned by month, and the function that makes a month: the application's role makes no tables itself (ADR 0049).

The function belongs to the tables' owner and is SECURITY DEFINER; all it takes is a day, and all it makes is that day's month
between 2000 and 2100. A partition is made beside the table and then attached, which keeps nobody from reading or writing
(PARTITION OF would wait for everybody). The application's role reads and adds readings; it changes and deletes none.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

FORWARD = """
CREATE TABLE reading (
    at timestamptz NOT NULL,
    batch bigint NOT NULL,
    stream integer NOT NULL,
    flag text NOT NULL,
    value numeric,
    PRIMARY KEY (stream, at)
) PARTITION BY RANGE (at);
CREATE INDEX reading_by_batch ON reading USING brin (batch) WITH (pages_per_range = 32, autosummarize = on);
CREATE SEQUENCE reading_batch_number AS bigint;

CREATE FUNCTION reading_month_made(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
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
REVOKE ALL ON FUNCTION reading_month_made(date) FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON reading FROM yiwang_app;
        GRANT SELECT, INSERT ON reading TO yiwang_app;
        GRANT EXECUTE ON FUNCTION reading_month_made(date) TO yiwang_app;
    END IF;
END $$;
"""

BACK = """
DROP FUNCTION reading_month_made(date);
DROP SEQUENCE reading_batch_number;
DROP TABLE reading;
"""


class Migration(migrations.Migration):
    dependencies = [("sensing", "0001_first")]

    operations = [
        migrations.RunSQL(
            FORWARD,
            BACK,
            state_operations=[
            migrations.CreateModel(
                name='Reading',
                fields=[
                    ('pk', models.CompositePrimaryKey('stream', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('batch', models.BigIntegerField()),
                    ('stream', models.IntegerField()),
                    ('flag', models.TextField()),
                    ('value', models.DecimalField(decimal_places=20, max_digits=40, null=True)),
                ],
                options={
                    'db_table': 'reading',
                    'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['batch'], name='reading_by_batch', pages_per_range=32)],
                },
            ),
            ],
        ),
    ]
