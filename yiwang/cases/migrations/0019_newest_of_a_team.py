from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_call_backs_of_a_committee")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["lead_team", "-opened_at", "-id"], name="case_team_newest")),
        migrations.AddIndex(
            "case", models.Index(fields=["committee", "-opened_at", "-id"], name="case_committee_newest")
        ),
    ]
