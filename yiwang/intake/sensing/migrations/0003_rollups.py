"""Roll-ups of readings. Sums are plain numerics, exact to the last decimal; room is left on the pages, since a row is written again with each batch."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sensing', '0002_readings'),
    ]

    operations = [
        migrations.CreateModel(
            name='RolledBatch',
            fields=[
                ('batch', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'rolled_batch',
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('pk', models.CompositePrimaryKey('stream', 'period', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream', models.IntegerField()),
                ('period', models.TextField()),
                ('start', models.DateTimeField()),
                ('n', models.IntegerField()),
                ('n_valid', models.IntegerField()),
                ('n_marked', models.IntegerField()),
                ('sum', models.DecimalField(decimal_places=20, max_digits=60, null=True)),
                ('least', models.DecimalField(decimal_places=20, max_digits=40, null=True)),
                ('greatest', models.DecimalField(decimal_places=20, max_digits=40, null=True)),
            ],
            options={
                'db_table': 'reading_rollup',
            },
        ),
        migrations.RunSQL(
            """
            ALTER TABLE reading_rollup ALTER COLUMN sum TYPE numeric, ALTER COLUMN least TYPE numeric, ALTER COLUMN greatest TYPE numeric;
            ALTER TABLE reading_rollup SET (fillfactor = 70);
            """,
            migrations.RunSQL.noop,
        ),
    ]
