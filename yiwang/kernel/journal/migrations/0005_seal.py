"""The seal: signed heads and the full subtrees they stand on. Both are only ever added to, like the journal itself."""

from django.db import migrations, models

FORWARD = """
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON tree_head
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON tree_node
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON tree_head, tree_node FROM yiwang_app;
        GRANT SELECT, INSERT ON tree_head, tree_node TO yiwang_app;
    END IF;
END $$;
"""

BACK = """
DROP TRIGGER only_added_to ON tree_head;
DROP TRIGGER only_added_to ON tree_node;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_only_with_a_trace")]

    operations = [
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                ("note", models.TextField()),
                ("key", models.TextField()),
            ],
            options={"db_table": "tree_head"},
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "tree_node"},
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("address", models.TextField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("fault", models.TextField(blank=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "witness"},
        ),
        migrations.AddConstraint(
            model_name="treenode",
            constraint=models.UniqueConstraint(fields=["level", "index"], name="tree_node_once"),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
