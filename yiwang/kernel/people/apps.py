"""People as an application: accounts, teams, grants, shifts."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.people"
    label = "people"
    verbose_name = "人员与部门"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "one_time_code": "passing: a journal of codes would be a record of people's log-ins",
        "refused_password": "passing: only slows down guessing, swept after an hour",
        "spent_code": "passing: keeps a code from being used twice, swept with the hour",
        "recovery_code": "used up without a trace: a journal of it would be a record of log-ins; after a rebuild people make new ones",
        "visitor_sending": "passing: only slows down a flood, swept after an hour",
        "untold_text": "passing: gone when it is told; what there was to tell is a fact of its own",
        "open_session": "passing: gone with the session",
        "security_event": "the law asks for a log of log-ins for some months; in the journal it would stand for ever",
        "secret_check": "about the key outside the database, not about the town",
    }
    sealed_columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "account": ("phone_cipher", "name_cipher", "email_cipher", "totp_cipher"),
        "security_event": ("address_cipher",),
        "open_session": ("address_cipher",),
    }
    """By table: columns of secrecy.seal, for sealing.py."""

    def ready(self) -> None:
        importlib.import_module("yiwang.kernel.people.apply")
