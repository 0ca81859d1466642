from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Summary",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("year", models.SmallIntegerField()),
                ("no", models.IntegerField()),
                ("kind", models.TextField()),
                ("disclosure", models.TextField()),
                ("as_of", models.DateTimeField()),
                ("plan_year", models.SmallIntegerField(null=True)),
                ("month", models.DateField(null=True)),
                ("entry", models.BigIntegerField()),
            ],
            options={
                "db_table": "summary",
                "constraints": [models.UniqueConstraint(fields=("year", "no"), name="summary_number_once")],
            },
        ),
    ]
