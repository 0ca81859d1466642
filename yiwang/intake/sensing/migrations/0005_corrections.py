"""Corrections of readings, and the view in which they count: whatever asks what was measured reads `reading_now`.

Readings themselves and the digests of their batches stay. The view joins by the key of both, so a part of a stream costs what it cost.
"""

from django.db import migrations, models

FORWARD = """
ALTER TABLE reading_correction ALTER COLUMN value TYPE numeric;
CREATE VIEW reading_now AS
SELECT r.stream, r.at, CASE WHEN c.stream IS NULL THEN r.value ELSE c.value END AS value,
       CASE WHEN c.stream IS NULL THEN r.flag ELSE c.flag END AS flag, r.batch, c.stream IS NOT NULL AS corrected
FROM reading r LEFT JOIN reading_correction c ON c.stream = r.stream AND c.at = r.at;
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON reading_now FROM yiwang_app;
        GRANT SELECT ON reading_now TO yiwang_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sensing", "0004_month_at_once")]

    operations = [
        migrations.AddField(
            model_name='apartreading',
            name='answer',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.CreateModel(
            name='ReadingCorrection',
            fields=[
                ('pk', models.CompositePrimaryKey('stream', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('value', models.DecimalField(decimal_places=20, max_digits=40, null=True)),
                ('flag', models.TextField()),
                ('reason', models.TextField()),
                ('entry', models.BigIntegerField()),
            ],
            options={
                'db_table': 'reading_correction',
            },
        ),
        migrations.CreateModel(
            name='RolledCorrection',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'rolled_correction',
            },
        ),
        migrations.RunSQL(FORWARD, "DROP VIEW reading_now"),
    ]
