"""An outside database with a login of its own for what serves: it cannot become the owner, and the owner's is refused."""

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yiwang.project import environment, roles
from yiwang.project.refusal import Refusal
from yiwang.project.tests.test_starting_and_stopping import Up, new_folder

pytestmark = pytest.mark.database

STEPS_UP = [
    "SET ROLE {owner}",
    "SET ROLE NONE; ALTER TABLE django_migrations DISABLE TRIGGER ALL",
    "TRUNCATE django_migrations",
]


@pytest.fixture
def outside() -> Iterator[str]:
    server, name = os.environ["DATABASE_URL"], f"serving_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_with_a_login_of_its_own_what_serves_cannot_become_the_owner(outside: str) -> None:
    serving, owner = make_conninfo(outside, user="yiwang_app"), conninfo_to_dict(outside)["user"]
    with new_folder() as folder:
        up = Up(folder, DATABASE_URL=outside, YIWANG_SERVE_URL=serving).ready()
        assert up.page("role") == "yiwang_app yiwang_app"
        assert "step down" not in up.text()
        key = (folder / "secret.key").read_text().strip()
        values = environment.for_programs(
            environment.Folder(folder),
            None,
            key,
            owner=False,
            base={"DATABASE_URL": outside, "YIWANG_SERVE_URL": serving},
        )
        assert values["DATABASE_URL"] == serving
        with psycopg.connect(values["DATABASE_URL"], autocommit=True) as connection:
            for statement in STEPS_UP:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.format(owner=owner))
        up.end(signal.SIGTERM)


def test_with_one_login_the_start_says_that_it_could_step_up_and_the_owners_own_is_refused(outside: str) -> None:
    with new_folder() as folder:
        up = Up(folder, DATABASE_URL=outside).ready()
        assert "only step down" in up.text()
        up.end(signal.SIGTERM)
        refused = Up(folder, DATABASE_URL=outside, YIWANG_SERVE_URL=outside)
        assert refused.process.wait(timeout=60) == 2
        assert "of YIWANG_SERVE_URL will not do" in refused.text()
    with pytest.raises(Refusal, match="another database"):
        roles.require_lower(make_conninfo(outside, dbname="postgres", user="yiwang_app"))
