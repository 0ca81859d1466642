"""What a person decides about the published words, what was changed on the page, and who keeps the plan."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

STATES = ["unreviewed", "confirmed", "dismissed", "split"]


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_commitment_source")]

    operations = [
        migrations.AddField("plan", "keeper", models.TextField(blank=True, default="")),
        migrations.AddField(
            "commitment",
            "edited",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField("plandraft", "sure", models.BooleanField(default=False)),
        migrations.AddField("plandraft", "state", models.TextField(default="unreviewed")),
        migrations.AddField(
            "plandraft",
            "meant",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField("plandraft", "why_not", models.TextField(blank=True, default="")),
        migrations.AddField(
            "plandraft",
            "part_of",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="plan.plandraft"
            ),
        ),
        migrations.AddField("plandraft", "reviewed_at", models.DateTimeField(null=True)),
        migrations.AddField("plandraft", "entry", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "plandraft",
            models.CheckConstraint(condition=models.Q(("state__in", STATES)), name="plan_draft_state_known"),
        ),
        migrations.AddConstraint(
            "plandraft",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("meant__len__gt", 0), ("state", "confirmed")),
                    models.Q(("state", "confirmed"), _negated=True),
                    _connector="OR",
                ),
                name="plan_draft_confirmed_of_something",
            ),
        ),
    ]
