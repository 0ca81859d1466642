"""One check value for each key of the town's secret, since it can be renewed (record 0046)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_open_session")]

    operations = [
        migrations.RemoveConstraint(model_name="secretcheck", name="secret_check_is_one"),
        migrations.AddConstraint(
            model_name="secretcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("id__gte", 1), ("id__lte", 255)), name="secret_check_of_a_key"
            ),
        ),
    ]
