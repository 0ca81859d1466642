"""How many connections to the database a town takes at most, by program, and whether its server has that many (record 0038).

Pools keep the programs within their shares; a test counts a running town's.
"""

import psycopg

from yiwang.project import admission

WEB_POOL = admission.SEATS + 3
"""Connections per process that serves pages: one for each seat, one for what is answered before the seats (/metrics), one that stores
what instruments hand in over HTTP and one that looks them up."""
STREAM_POOL = 4
"""Of the one process that serves live updates."""
WORKER = 34
"""One for each loop of the worker, and six for jobs."""
INSTRUMENTS = 1
"""Of each process that instruments connect to: one thread stores what all of its instruments send."""
MQTT = 2
"""Of the one process that talks to the MQTT broker: a thread that stores, and one that publishes."""
COMMANDS = 6
"""For commands beside a running town: an import, a look with psql, a backup, the next start's preparation."""


def shares(web_processes: int, instrument_processes: int = 1) -> dict[str, int]:
    """The most connections of each program. The names are those that pg_stat_activity and /metrics show."""
    return {
        "yiwang web": web_processes * WEB_POOL,
        "yiwang stream": STREAM_POOL,
        "yiwang worker": WORKER,
        "yiwang mqtt": MQTT,
        "yiwang instruments": instrument_processes * INSTRUMENTS,
        "commands": COMMANDS,
    }


def complaint(web_processes: int, offered: int, instrument_processes: int = 1) -> str:
    """What is said when a server offers fewer connections than the town may take; empty when there are enough."""
    wanted = sum(shares(web_processes, instrument_processes).values())
    if wanted <= offered:
        return ""
    return (
        f"数据库最多给 {offered} 个连接，本镇的程序最忙时要 {wanted} 个，到时会有网页打不开。"
        "请调大 max_connections，或用 --workers 减少网页进程。"
        f"The database offers {offered} connections; the town's programs take up to {wanted}, and some pages will fail then. "
        "Raise max_connections, or have fewer processes with --workers."
    )


def offered(url: str) -> int:
    """How many connections this login may have: the server's, less those kept for its keeper, and not above the login's own limit."""
    question = """
        SELECT least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
            nullif(rolconnlimit, -1),
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
        ) FROM pg_roles WHERE rolname = current_user
    """
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None  # noqa: S101 - whoever is logged in has a row
    return int(row[0])
