from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="RegisterSheet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("register", models.TextField()),
                ("by", models.UUIDField()),
                ("door", models.TextField()),
                ("filename", models.TextField()),
                ("language", models.TextField()),
                ("content", models.BinaryField(null=True)),
                ("state", models.TextField()),
                ("phase", models.TextField(blank=True)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("tries", models.SmallIntegerField(default=0)),
                ("outcome", models.BinaryField(null=True)),
                ("received_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "register_sheet",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)), fields=["received_at"], name="register_sheet_waits"
                    ),
                    models.Index(fields=["register", "-received_at"], name="register_sheet_newest"),
                ],
            },
        ),
    ]
