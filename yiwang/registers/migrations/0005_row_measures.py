from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0004_row_entry")]

    operations = [migrations.AddField("registerrow", "measures", models.JSONField(default=dict))]
