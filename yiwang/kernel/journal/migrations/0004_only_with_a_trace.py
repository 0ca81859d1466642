"""What the application may delete beside the journal goes only with its trace, and the list of migrations is the owner's.

A payload of `entry_private` goes only when an `entry.erased` names its entry (design §8), a mark of `entry_pending` only when
its entry has a position: the triggers look when the statement ends, so one statement may do both. Their search path is
fixed, else a temporary table called `entry` would answer for the journal.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_payload_goes_with_its_erasure() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone JOIN entry said ON said.id = gone.entry_id
        WHERE NOT EXISTS (
            SELECT FROM entry erased
            WHERE erased.subject_kind = 'entry' AND erased.subject_id = said.subject_kind || ':' || said.subject_id
              AND erased.verb = 'entry.erased' AND erased.body -> 'entry_ids' @> to_jsonb(gone.entry_id)
        )
    ) THEN
        RAISE EXCEPTION 'a private payload is deleted only by an erasure that the journal names'
            USING ERRCODE = 'insufficient_privilege', HINT = 'What is about a person is erased by entry.erase.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION journal_mark_goes_with_a_position() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE NOT EXISTS (SELECT FROM entry_position placed WHERE placed.entry_id = gone.entry_id)
    ) THEN
        RAISE EXCEPTION 'an entry waits until it has a position'
            USING ERRCODE = 'insufficient_privilege', HINT = 'The sequencer gives the position and takes the mark away.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER only_with_its_erasure AFTER DELETE ON entry_private REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION journal_payload_goes_with_its_erasure();
CREATE TRIGGER only_with_a_position AFTER DELETE ON entry_pending REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION journal_mark_goes_with_a_position();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM yiwang_app;
    END IF;
END $$;
"""

BACK = """
DROP TRIGGER only_with_its_erasure ON entry_private;
DROP TRIGGER only_with_a_position ON entry_pending;
DROP FUNCTION journal_payload_goes_with_its_erasure();
DROP FUNCTION journal_mark_goes_with_a_position();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_call_key_digest")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
