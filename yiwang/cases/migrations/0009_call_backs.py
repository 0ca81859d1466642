from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_type_unseen'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='missed_calls',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='case',
            name='rating_taken_by',
            field=models.UUIDField(null=True),
        ),
    ]
