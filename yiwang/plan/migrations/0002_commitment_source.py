from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='commitment',
            name='source',
            field=models.JSONField(null=True),
        ),
    ]
