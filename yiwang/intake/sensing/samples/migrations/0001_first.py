import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sensing', '0004_month_at_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('number', models.TextField(blank=True)),
                ('taken_at', models.DateTimeField()),
                ('laboratory', models.TextField(blank=True)),
                ('filename', models.TextField()),
                ('sha256', models.TextField()),
                ('row', models.IntegerField()),
                ('cells', models.JSONField()),
                ('entered_at', models.DateTimeField()),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.station')),
            ],
            options={
                'db_table': 'sample',
            },
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('station', 'taken_at'), name='sample_of_moment'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('station', 'number'), name='sample_number_once'),
        ),
    ]
