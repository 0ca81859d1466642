"""Where the database is: read from the environment, for Django. The embedded server sets the same variables."""

from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import conninfo_to_dict

APPLICATION_ROLE = "yiwang_app"
"""The role that serves: it may not delete or truncate the journal (kernel/journal). Migrations run as the owner instead."""

WAIT_S = 10
"""So long a page waits for a connection, and so long a pool goes on trying to make one. Each of its tries waits twice as long as
the one before; when it has given up, whoever comes next begins anew. With the pool's own five minutes pages said that the database
was away for as long again as it had been.
"""


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's DATABASES entry for `DATABASE_URL` (a libpq URI or key=value string).

    `YIWANG_DB_ROLE` names the role that each connection takes on; empty means the one that logs in (the owner).
    `YIWANG_DB_STATEMENT_S` ends a statement, or a transaction that nobody goes on with, after so many seconds (empty: never).
    `YIWANG_DB_POOL` is the largest number of connections this process keeps open (0: one per thread, no pool).
    """
    parts = dict(conninfo_to_dict(environment.get("DATABASE_URL", "postgresql:///yiwang")))
    options: dict[str, Any] = {}
    role = environment.get("YIWANG_DB_ROLE", "")
    if role:  # in the start-up packet: Django's own `assume_role` waits for itself in a pool, and Procrastinate does not know it
        parts["options"] = f"{parts.get('options') or ''} -c role={role}".strip()
    if seconds := environment.get("YIWANG_DB_STATEMENT_S", ""):
        limits = f"-c statement_timeout={seconds}s -c idle_in_transaction_session_timeout={seconds}s"
        parts["options"] = f"{parts.get('options') or ''} {limits}".strip()
    pool_size = int(environment.get("YIWANG_DB_POOL", "0"))
    if pool_size:
        options["pool"] = {
            "min_size": 1, "max_size": pool_size, "timeout": WAIT_S, "reconnect_timeout": WAIT_S,
        }  # fmt: skip
    known = {key: str(parts.pop(key, "") or "") for key in ("dbname", "user", "password", "host", "port")}
    options.update({key: value for key, value in parts.items() if value is not None})
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"] or "yiwang",
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": environment.get("YIWANG_TEST_DATABASE", "test_yiwang")},
    }
