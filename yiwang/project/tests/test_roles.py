"""The two roles in a real database."""

import psycopg
import pytest
from django.db import connection

from yiwang.project import roles
from yiwang.project.refusal import Refusal

pytestmark = pytest.mark.django_db


def raw() -> psycopg.Connection:
    connection.ensure_connection()
    return connection.connection


def test_setting_up_twice_changes_nothing() -> None:
    question = "SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1"
    roles.prepare_database(raw())
    once = raw().execute(question).fetchall()
    roles.prepare_database(raw())
    assert raw().execute(question).fetchall() == once != []


def test_a_table_of_the_owner_can_be_used_by_the_application_but_not_emptied_or_changed() -> None:
    roles.prepare_database(raw())
    raw().execute("CREATE TABLE bench (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"]
    row = (
        raw()
        .execute(
            "SELECT array(SELECT has_table_privilege('yiwang_app', 'bench', name) FROM unnest(%s::text[]) name)",
            [rights],
        )
        .fetchone()
    )
    assert dict(zip(rights, row[0] if row else (), strict=True)) == {
        "SELECT": True,
        "INSERT": True,
        "UPDATE": True,
        "DELETE": True,
        "TRUNCATE": False,
        "TRIGGER": False,
        "REFERENCES": False,
    }


def test_the_application_is_no_superuser_and_makes_no_roles_or_databases() -> None:
    row = (
        raw()
        .execute("SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = 'yiwang_app'")
        .fetchone()
    )
    assert row == (False, False, False, False)


def test_a_login_that_may_not_set_up_the_roles_is_refused_with_the_statements_for_an_administrator() -> None:
    raw().execute("SET LOCAL ROLE yiwang_app")
    with pytest.raises(Refusal) as refused:
        roles.prepare_database(raw())
    text = str(refused.value)
    assert "may not make tables in the schema public" in text
    assert 'ALTER DATABASE "' in text
    assert 'GRANT "yiwang_app" TO "yiwang_app";' in text
