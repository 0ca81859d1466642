"""The security log (record 0045): only added to, and nothing younger than six months goes, whoever deletes."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION security_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the security log is only added to: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION security_log_stays_six_months() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM gone WHERE happened_at > now() - interval '6 months') THEN
        RAISE EXCEPTION 'the security log is kept for six months'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Cybersecurity Law: network logs are kept for not less than six months.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER only_added_to BEFORE UPDATE ON security_event
    FOR EACH STATEMENT EXECUTE FUNCTION security_log_is_only_added_to();
CREATE TRIGGER stays_six_months AFTER DELETE ON security_event REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION security_log_stays_six_months();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yiwang_app') THEN
        REVOKE ALL ON security_event FROM yiwang_app;
        GRANT SELECT, INSERT, DELETE ON security_event TO yiwang_app;
    END IF;
END $$;
"""

BACK = """
DROP TRIGGER only_added_to ON security_event;
DROP TRIGGER stays_six_months ON security_event;
DROP FUNCTION security_log_is_only_added_to();
DROP FUNCTION security_log_stays_six_months();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0008_second_factor")]

    operations = [
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField(db_index=True)),
                ("what", models.TextField()),
                ("account", models.UUIDField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("door", models.TextField()),
                ("address_cipher", models.BinaryField(null=True)),
                ("about", models.JSONField(default=dict)),
            ],
            options={"db_table": "security_event"},
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(fields=["account", "what", "happened_at"], name="security_of_account"),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
