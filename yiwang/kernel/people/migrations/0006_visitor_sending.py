from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_untold_text'),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitorSending',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('what', models.TextField()),
                ('address_hmac', models.BinaryField()),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'visitor_sending',
                'indexes': [models.Index(fields=['address_hmac', 'what', 'sent_at'], name='sent_from_address')],
            },
        ),
    ]
