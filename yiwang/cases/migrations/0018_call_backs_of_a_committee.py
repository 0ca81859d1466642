from django.db import migrations, models
from django.db.models import Q

FIELDS = ["due_at", "-opened_at", "id", "committee", "lead_team"]
UNCALLED = Q(state="closed", called_back="", missed_calls=0)


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_lists_of_few")]

    operations = [
        migrations.RemoveIndex("case", "case_to_call"),
        migrations.AddIndex("case", models.Index(fields=FIELDS, name="case_to_call", condition=UNCALLED)),
    ]
