from django.db import migrations, models
from django.db.models import Q

DUE_FIRST = ["due_at", "-opened_at", "id"]
OPEN = ~Q(state__in=["closed", "declined", "dismissed", "merged", "rated", "voided"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_case_link")]

    operations = [
        migrations.RemoveIndex("case", "case_work_list"),
        migrations.RemoveIndex("case", "case_newest"),
        migrations.AddIndex("case", models.Index(fields=["state", *DUE_FIRST], name="case_work_list")),
        migrations.AddIndex("case", models.Index(fields=DUE_FIRST, name="case_due_first")),
        migrations.AddIndex("case", models.Index(fields=["-opened_at", "-id"], name="case_newest")),
        migrations.AddIndex("case", models.Index(fields=DUE_FIRST, name="case_open", condition=OPEN)),
        migrations.AddIndex(
            "case", models.Index(fields=["lead_team", "state", *DUE_FIRST], name="case_team_open", condition=OPEN)
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["committee", "state", *DUE_FIRST], name="case_committee_open", condition=OPEN)
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["state"],
                include=["due_at", "soon_at", "overdue", "urgent", "lead_team", "committee"],
                name="case_open_counts",
                condition=OPEN,
            ),
        ),
    ]
