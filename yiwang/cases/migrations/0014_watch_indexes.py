from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_part_objections")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["due_at"], name="case_due", condition=Q(due_at__isnull=False))),
        migrations.AddIndex("case", models.Index(fields=["state"], name="case_urgent", condition=Q(urgent=True))),
        migrations.AddIndex("case", models.Index(fields=["state"], name="case_overdue", condition=Q(overdue=True))),
        migrations.AddIndex(
            "case", models.Index(fields=["closed_at"], name="case_ended", condition=Q(closed_at__isnull=False))
        ),
    ]
