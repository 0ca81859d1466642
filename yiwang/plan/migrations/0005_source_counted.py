"""What a promise's figures come from says whether a number of an indicator is meant: of promises made before, never."""

from django.db import migrations

COUNTED = """
UPDATE commitment SET source = source || '{"counted": false}' WHERE source IS NOT NULL AND NOT source ? 'counted'
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0004_supervision_and_inquiries")]

    operations = [migrations.RunSQL(COUNTED, migrations.RunSQL.noop)]
