"""Whether the town's secret is the one that this database was sealed with: known before anything is served.

Another key cannot read what is sealed, finds nobody by phone, and what it seals the right key cannot read later. So the database
keeps a value that only the right key makes. Where it is missing (made before there was one, or taken out), the ciphertext itself
is tried: each module names its sealed columns as `sealed_columns` in its AppConfig.
"""

from collections.abc import Iterator
from enum import Enum

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection

from yiwang.kernel import secrecy
from yiwang.kernel.people.models import SecretCheck

TRIED = 20
"""Ciphertexts tried in each column: one changed row among them must not lock the town out."""


class Secret(Enum):
    """What the database says about the secret in use."""

    UNSEALED = "nothing is sealed yet"
    SAME = "it is the one"
    OTHER = "it is another"


def secret() -> Secret:
    """Compares the secret in use with the check value, or without one with what is sealed. Writes nothing; tables may be missing."""
    tables = set(connection.introspection.table_names())
    kept = list(SecretCheck.objects.all()) if SecretCheck._meta.db_table in tables else []
    if kept:
        own = all(secrecy.is_own_check(bytes(one.value), one.pk - 1) for one in kept)
        return Secret.SAME if own else Secret.OTHER
    found = False
    for table, column in sealed_columns():
        for ciphertext in _some(table, column) if table in tables else ():
            found = True
            if _opens(ciphertext):
                return Secret.SAME
    return Secret.OTHER if found else Secret.UNSEALED


def sealed_columns() -> Iterator[tuple[str, str]]:
    """Table and column of everything that the installed modules seal."""
    for config in apps.get_app_configs():
        for table, columns in getattr(config, "sealed_columns", {}).items():
            for column in columns:
                yield table, column


def _some(table: str, column: str) -> list[bytes]:
    name, quoted = connection.ops.quote_name(table), connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {name} WHERE {quoted} IS NOT NULL LIMIT %s", [TRIED])  # noqa: S608 - names of ours
        return [bytes(row[0]) for row in cursor.fetchall()]


def _opens(ciphertext: bytes) -> bool:
    try:
        secrecy.unseal_bytes(ciphertext)
    except InvalidTag:
        return False
    return True
