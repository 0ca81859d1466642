from django.db import migrations, models

# What was rated as not solved before there was this column, and not looked at since: as a replay of the journal gives it.
FILL = """
UPDATE "case" SET rated_unsolved = true
FROM (
    SELECT DISTINCT ON (subject_id) subject_id, id, body ->> 'solved' AS solved
    FROM entry WHERE subject_kind = 'case' AND verb = 'case.rated'
    ORDER BY subject_id, id DESC
) AS rated
WHERE rated.subject_id = "case".id::text AND rated.solved = 'no' AND "case".state = 'rated'
AND NOT EXISTS (
    SELECT 1 FROM entry AS later
    WHERE later.subject_kind = 'case' AND later.subject_id = rated.subject_id AND later.id > rated.id
    AND ((later.verb = 'case.noted' AND later.body ->> 'kind' = 'note')
        OR (later.verb = 'case.contacted' AND (later.body ->> 'reached')::boolean))
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_objection_per_turn'),
        ('journal', '0001_initial'),
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
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
