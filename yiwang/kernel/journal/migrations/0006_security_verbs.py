"""The entries that the security log shows beside log-ins (people/securitylog.py), found without reading the whole journal."""

from django.db import migrations

FORWARD = """
CREATE INDEX entry_security ON entry (recorded_at, id) WHERE verb IN (
    'account.created', 'account.password_set', 'account.second_factor_set', 'account.second_factor_reset',
    'account.deactivated', 'account.reactivated', 'account.role_granted', 'account.role_revoked'
);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_seal")]

    operations = [migrations.RunSQL(FORWARD, "DROP INDEX entry_security;")]
