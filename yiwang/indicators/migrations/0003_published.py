from django.db import migrations, models

FILL = """
INSERT INTO indicator_published (indicator, hash, year, by, key, numerator, denominator, at)
SELECT indicator, hash, EXTRACT(YEAR FROM month)::int, '{by}', {key}, SUM(numerator), SUM(denominator), newest.at
FROM indicator_cell, (SELECT MAX(since) AS at FROM evidence_case) newest
WHERE newest.at IS NOT NULL
GROUP BY 1, 2, 3, 5, newest.at
HAVING SUM(denominator) >= 5
"""
KEYS = (
    ("", "''"),
    ("month", "to_char(month, 'YYYY-MM')"),
    ("committee", "CASE WHEN committee = uuid_nil THEN '' ELSE committee::text END"),
    ("team", "CASE WHEN team = uuid_nil THEN '' ELSE team::text END"),
)
NIL = "'00000000-0000-0000-0000-000000000000'::uuid"


class Migration(migrations.Migration):

    dependencies = [("indicators", "0002_release")]

    operations = [
        migrations.CreateModel(
            name="IndicatorPublished",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("hash", models.TextField()),
                ("year", models.SmallIntegerField()),
                ("by", models.TextField()),
                ("key", models.TextField()),
                ("numerator", models.DecimalField(decimal_places=4, max_digits=14)),
                ("denominator", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "indicator_published",
                "indexes": [models.Index(fields=["year", "by", "indicator", "key", "-id"], name="published_newest")],
            },
        ),
        *(
            migrations.RunSQL(FILL.format(by=by, key=key.replace("uuid_nil", NIL)), migrations.RunSQL.noop)
            for by, key in KEYS
        ),
    ]
