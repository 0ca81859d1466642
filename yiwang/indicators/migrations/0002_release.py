from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("indicators", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="IndicatorRelease",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("indicator", models.TextField()),
                ("hash", models.TextField()),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("as_of", models.DateTimeField()),
                ("numerator", models.DecimalField(decimal_places=4, max_digits=14)),
                ("denominator", models.BigIntegerField()),
                ("lines", models.JSONField(default=list)),
                ("role", models.TextField()),
                ("ground", models.TextField()),
                ("released_at", models.DateTimeField()),
                ("released_by", models.TextField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.TextField(default="")),
                ("withdrawn_why", models.TextField(default="")),
                ("entry", models.BigIntegerField()),
            ],
            options={
                "db_table": "indicator_release",
                "indexes": [models.Index(fields=["indicator", "-released_at"], name="indicator_release_newest")],
            },
        ),
    ]
