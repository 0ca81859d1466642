from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_objection_per_turn'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='rated_unsolved',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('rated_unsolved', True)), fields=['closed_at'], name='case_rated_unsolved'),
        ),
    ]
