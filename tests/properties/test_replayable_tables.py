"""Tables that are built from facts have keys that are the same on every replay."""

import pytest
from django.apps import apps
from django.db import connection, models

from yiwang.kernel.journal import replay

NUMBERED_ANYWAY: dict[str, str] = {}
"""Tables whose rows get a running number on every replay anew, each with the reason why this does no harm."""


def projections() -> dict[str, type[models.Model]]:
    everything = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in everything
        if model._meta.managed and not replay.is_apart(model._meta.db_table)
    }


@pytest.mark.parametrize("table", sorted(projections()))
def test_the_key_comes_from_the_fact_and_not_from_a_sequence(table):
    key = projections()[table]._meta.pk
    assert table in NUMBERED_ANYWAY or not isinstance(key, models.AutoField), (
        f"{table}.{key.name} is numbered by the database: a replay numbers otherwise. Make the key in the step "
        f"(ids.new_id), carry it in the fact; or declare the table in the module's AppConfig.apart_from_journal with a reason."
    )


@pytest.mark.parametrize("table", sorted(projections()))
def test_no_column_is_filled_by_the_clock(table):
    for field in projections()[table]._meta.concrete_fields:
        assert not getattr(field, "auto_now", False), f"{table}.{field.name}: the moment comes from the fact's entry"
        assert not getattr(field, "auto_now_add", False), (
            f"{table}.{field.name}: the moment comes from the fact's entry"
        )


@pytest.mark.parametrize(("table", "reason"), sorted((replay.apart() | NUMBERED_ANYWAY).items()))
def test_an_exception_names_its_reason(table, reason):
    assert len(reason.split()) >= 2, f"{table} is apart from the journal; say why"


@pytest.mark.django_db
def test_a_module_declares_only_tables_that_exist():
    known = set(connection.introspection.table_names())
    declared = set(replay.apart()) - {"auth_group", "auth_group_permissions", "django_admin_log"}
    assert declared <= known
