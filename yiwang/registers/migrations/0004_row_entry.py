from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_signed_evidence")]

    operations = [migrations.AddIndex("registerrow", models.Index(fields=["entry"], name="register_row_entry"))]
