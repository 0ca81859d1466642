"""Nobody changes the journal: the application's role may only add to it, and triggers refuse even the owner's slips.

The triggers are for UPDATE and DELETE only. TRUNCATE needs the owner's right, which the application's role has not; a
trigger against it would stand in the way of test databases that are emptied between tests.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Record another fact that corrects the first; what is about a person is erased by entry.erase.';
END $$;

CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON entry_position
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();
CREATE TRIGGER only_erased BEFORE UPDATE ON entry_private
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();

-- Each entry passes through this table in a fraction of a second: its dead rows must not wait for a fifth of nothing.
ALTER TABLE entry_pending SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON entry, entry_position, entry_private, entry_pending FROM yiwang_app;
        GRANT SELECT, INSERT ON entry, entry_position TO yiwang_app;
        GRANT SELECT, INSERT, DELETE ON entry_private, entry_pending TO yiwang_app;
    END IF;
END $$;
"""

BACK = """
DROP TRIGGER only_added_to ON entry;
DROP TRIGGER only_added_to ON entry_position;
DROP TRIGGER only_erased ON entry_private;
DROP FUNCTION journal_is_only_added_to();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
