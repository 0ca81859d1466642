"""The sequence from which case numbers take their five digits (R-104). Not the tables' business: numbers may have gaps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_first")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE case_serial MINVALUE 1 MAXVALUE 99999 CYCLE",
            "DROP SEQUENCE case_serial",
        )
    ]
