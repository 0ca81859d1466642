from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_guesses_and_devices'),
    ]

    operations = [
        migrations.CreateModel(
            name='UntoldText',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account', models.UUIDField()),
                ('about', models.UUIDField()),
                ('key', models.TextField()),
                ('parameters', models.JSONField()),
                ('planned_at', models.DateTimeField()),
                ('tries', models.SmallIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('given_up_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'untold_text',
                'indexes': [
                    models.Index(condition=models.Q(('given_up_at', None)), fields=['next_at', 'id'], name='text_to_send'),
                    models.Index(fields=['about'], name='text_about'),
                ],
            },
        ),
    ]
