"""Whether a single command finds a database it can work on. `yiwang up` makes it so; a command only looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from yiwang.project.refusal import Refusal

NO_TABLES = """\
这里还没有镇：数据库里没有表。There is no town here yet: the database has no tables.
YIWANG_DATA 或 DATABASE_URL 可能指错了地方，或者镇还没有建。YIWANG_DATA or DATABASE_URL may name another place, or none was made yet.
请先运行 yiwang up，或运行 yiwang town load towns/xinhai。 Run yiwang up first, or yiwang town load towns/xinhai."""

OLD_TABLES = """\
数据库里的表比程序旧，缺 {count} 步更新。The tables are older than this program: {count} migrations are missing.
程序更新以后还没有启动过。The program was updated and has not been started since.
请先运行一次 yiwang up，它会更新表。 Run yiwang up once; it brings them up to date."""


@contextmanager
def no_tables_told() -> Iterator[None]:
    """Raises Refusal in place of the server's own words when our role may not come in: so it is until the first migration let it in."""
    try:
        yield
    except OperationalError as error:
        if "permission denied for database" in str(error):
            raise Refusal(NO_TABLES) from error
        raise


def refuse_unready() -> None:
    """Raises Refusal when the tables are missing or older than the program.

    A town whose server cannot be reached at all is another matter: that OperationalError is passed on.
    """
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not executor.loader.applied_migrations:
        raise Refusal(NO_TABLES)
    if waiting:
        raise Refusal(OLD_TABLES.format(count=len(waiting)))
