"""The two roles of the database: the owner makes and changes tables, the application only reads and writes rows.

What the application may not do to the journal is said where the journal is made (kernel/journal/migrations).
"""

import psycopg
from psycopg import sql

from yiwang.project.database import APPLICATION_ROLE
from yiwang.project.refusal import Refusal

OWNER_ROLE = "yiwang"
DATABASE = "yiwang"


def prepare_cluster(connection: psycopg.Connection, database: str = DATABASE) -> None:
    """Makes both roles and the database in our own server. `connection` is an autocommitting superuser's."""
    for role in (OWNER_ROLE, APPLICATION_ROLE):
        if not _role_exists(connection, role):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(OWNER_ROLE)))
        name = sql.Identifier(database)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    _grant_membership(connection, OWNER_ROLE)


def prepare_database(connection: psycopg.Connection) -> None:
    """Gives the application's role what it needs in this database; run by the owner of the tables before each migration.

    Idempotent. Raises Refusal, with the statements for an administrator, when this login may not do it.
    """
    owner, database = _who_and_where(connection)
    try:
        with connection.transaction():
            if not _role_exists(connection, APPLICATION_ROLE):
                _create_application_role(connection)
            _grant_membership(connection, owner)
            for statement in _grants(owner, database):
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(_for_an_administrator(owner, database, str(error).strip())) from error
    missing = _missing(connection, owner, database)
    if missing:  # PostgreSQL only warns when a grant has no effect
        raise Refusal(_for_an_administrator(owner, database, missing))


def _missing(connection: psycopg.Connection, owner: str, database: str) -> str:
    question = """SELECT has_schema_privilege(%(owner)s, 'public', 'CREATE'), has_schema_privilege(%(app)s, 'public', 'USAGE'),
                         has_database_privilege(%(app)s, %(db)s, 'CONNECT')"""
    row = connection.execute(question, {"owner": owner, "app": APPLICATION_ROLE, "db": database}).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    sentences = (
        f"{owner} may not make tables in the schema public",
        f"{APPLICATION_ROLE} may not use the schema public",
        f"{APPLICATION_ROLE} may not connect to the database",
    )
    return "; ".join(sentence for sentence, holds in zip(sentences, row, strict=True) if not holds)


def _who_and_where(connection: psycopg.Connection) -> tuple[str, str]:
    row = connection.execute("SELECT current_user::text, current_database()::text").fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return row[0], row[1]


def _role_exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _create_application_role(connection: psycopg.Connection) -> None:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(APPLICATION_ROLE)))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return  # another database of the same server was quicker


def _grant_membership(connection: psycopg.Connection, owner: str) -> None:
    """The owner may step down to the application's role (`YIWANG_DB_ROLE`)."""
    question = "SELECT pg_has_role(%s, %s, 'MEMBER')"
    row = connection.execute(question, [owner, APPLICATION_ROLE]).fetchone()
    if row is not None and not row[0]:
        statement = sql.SQL("GRANT {} TO {}").format(sql.Identifier(APPLICATION_ROLE), sql.Identifier(owner))
        connection.execute(statement)


def _grants(owner: str, database: str) -> list[sql.Composed]:
    names = {"app": sql.Identifier(APPLICATION_ROLE), "owner": sql.Identifier(owner), "db": sql.Identifier(database)}
    defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT "
    return [
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {db} TO {app}").format(**names),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {app}").format(**names),
        sql.SQL(defaults + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}").format(**names),
        sql.SQL(defaults + "USAGE, SELECT ON SEQUENCES TO {app}").format(**names),
    ]


def require_lower(url: str) -> None:
    """Looks whether the login of `YIWANG_SERVE_URL` can serve and cannot become the owner. Raises Refusal, saying why not."""
    question = """SELECT session_user::text, pg_has_role(session_user, %(app)s, 'MEMBER'), rolsuper OR rolcreaterole,
                         (SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class
                          WHERE oid = to_regclass('public.django_migrations'))
                  FROM pg_roles WHERE rolname = session_user"""
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(question, {"app": APPLICATION_ROLE}).fetchone()
    except psycopg.Error as error:
        raise Refusal(
            f"YIWANG_SERVE_URL 连不上数据库。 YIWANG_SERVE_URL cannot be used: {str(error).strip()}"
        ) from error
    assert row is not None  # noqa: S101 - whoever is logged in is a role
    login, serves, mighty, is_owner = row
    if is_owner is None:
        raise Refusal(
            "YIWANG_SERVE_URL 和 DATABASE_URL 指的不是同一个数据库。请改正其中一个。\n"
            "YIWANG_SERVE_URL names another database than DATABASE_URL. Correct one of them."
        )
    if serves and not (mighty or is_owner):
        return
    raise Refusal(
        f"YIWANG_SERVE_URL 的登录账号 {login} 不合适：它必须属于角色 {APPLICATION_ROLE}，又不能是超级用户、能建角色或能成为各表的所有者，"
        "否则网页程序就能停用日志的保护。请让管理员建一个这样的账号：\n"
        f"The login {login!r} of YIWANG_SERVE_URL will not do: it has to be a member of {APPLICATION_ROLE}, and may neither be a "
        "superuser, nor make roles, nor become the tables' owner; else what serves pages could take the journal's guard away. "
        "Let an administrator make one:\n"
        f"  CREATE ROLE yiwang_web LOGIN PASSWORD '…';\n  GRANT {APPLICATION_ROLE} TO yiwang_web;"
    )


def _for_an_administrator(owner: str, database: str, why: str) -> str:
    app, login = sql.Identifier(APPLICATION_ROLE), sql.Identifier(owner)
    statements = [
        sql.SQL("CREATE ROLE {};  -- unless it exists").format(app),
        sql.SQL("GRANT {} TO {};").format(app, login),
        sql.SQL("ALTER DATABASE {} OWNER TO {};").format(sql.Identifier(database), login),
        *(statement + sql.SQL(";") for statement in _grants(owner, database)),
    ]
    lines = "\n".join("  " + statement.as_string(None) for statement in statements)
    return (
        f"The login {owner!r} of DATABASE_URL may not set up the role {APPLICATION_ROLE!r}: {why}\n"
        f"Yiwang serves with that role, which cannot delete the journal. Let an administrator run once, in database {database!r}:\n{lines}"
    )
