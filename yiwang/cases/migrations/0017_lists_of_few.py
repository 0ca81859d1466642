from django.db import migrations, models
from django.db.models import PROTECT, ForeignKey, Q

DUE_FIRST = ["due_at", "-opened_at", "id"]
OPEN = ~Q(state__in=["closed", "declined", "dismissed", "merged", "rated", "voided"])
UNCALLED = Q(state="closed", called_back="", missed_calls=0)
OLD = ("team_list", "committee_list", "rated_unsolved", "due", "urgent", "overdue", "to_call", "team_open", "committee_open")


def added(name: str, *before: str, condition: Q | None = None) -> migrations.AddIndex:
    """An index in the order of a work list."""
    return migrations.AddIndex("case", models.Index(fields=[*before, *DUE_FIRST], name=name, condition=condition))


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_list_indexes"), ("people", "0007_mail"), ("places", "0001_initial")]

    operations = [
        *(migrations.RemoveIndex("case", f"case_{name}") for name in OLD),
        migrations.AlterField(
            "case", "lead_team", ForeignKey("people.Team", PROTECT, null=True, related_name="+", db_index=False)
        ),
        added("case_team_first", "lead_team"),
        added("case_team_list", "lead_team", "state"),
        added("case_committee_first", "committee"),
        added("case_committee_list", "committee", "state"),
        added("case_team_open", "lead_team", condition=OPEN),
        added("case_committee_open", "committee", condition=OPEN),
        added("case_urgent", condition=OPEN & Q(urgent=True)),
        added("case_overdue", condition=OPEN & Q(overdue=True)),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=[*DUE_FIRST, "committee", "lead_team"],
                name="case_rated_unsolved",
                condition=Q(rated_unsolved=True),
            ),
        ),
        added("case_to_call", condition=UNCALLED),
        migrations.AddIndex("case", models.Index(fields=["state"], name="case_state")),
    ]
