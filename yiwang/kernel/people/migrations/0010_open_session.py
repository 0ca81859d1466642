"""The sessions of staff that are open, so that each can be seen by its holder and ended (record 0033)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_security_event")]

    operations = [
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("used_at", models.DateTimeField()),
                ("device", models.TextField(blank=True)),
                ("address_cipher", models.BinaryField(null=True)),
            ],
            options={"db_table": "open_session"},
        ),
        migrations.AddIndex(
            model_name="opensession",
            index=models.Index(fields=["account", "used_at"], name="open_session_of_account"),
        ),
    ]
