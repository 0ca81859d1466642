"""What a keyed call said, as a hash, so that the same key with other words is no retry. Rows from before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_guard")]

    operations = [migrations.AddField("callkey", "digest", models.BinaryField(null=True))]
