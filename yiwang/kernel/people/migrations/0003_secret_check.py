"""The check value of the town's secret. Only the owner of the tables writes it, at a start that has found the secret right."""

from django.db import migrations, models

ONLY_LOOK = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON secret_check FROM yiwang_app;
        GRANT SELECT ON secret_check TO yiwang_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_demonstration_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecretCheck',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('value', models.BinaryField()),
            ],
            options={
                'db_table': 'secret_check',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='secret_check_is_one')],
            },
        ),
        migrations.RunSQL(ONLY_LOOK, migrations.RunSQL.noop),
    ]
