import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("indicators", "0003_published")]

    operations = [
        migrations.CreateModel(
            name="EvidenceMeasured",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("thing", models.UUIDField()),
                ("source", models.TextField()),
                ("ref", models.TextField()),
                ("group", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("month", models.DateField()),
                ("committee", models.UUIDField()),
                ("team", models.UUIDField()),
                ("holds", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("name", models.JSONField()),
                ("opens", models.JSONField()),
                ("entries", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                "db_table": "evidence_measured",
                "constraints": [models.UniqueConstraint(fields=["source", "ref", "since"], name="measured_once")],
                "indexes": [
                    models.Index(fields=["month", "committee", "team"], name="measured_today", condition=Q(until=None)),
                    models.Index(fields=["since"], name="measured_since"),
                    models.Index(fields=["source", "group"], name="measured_group"),
                    models.Index(fields=["thing"], name="measured_thing"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasuredSource",
            fields=[
                ("source", models.TextField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("day", models.DateField()),
            ],
            options={"db_table": "measured_source"},
        ),
    ]
