"""What the pages of the seal say, in the reader's language."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from yiwang.kernel.journal import sealed
from yiwang.kernel.journal.exporting import Proven
from yiwang.kernel.journal.sealed import Sealed, Standing, Told
from yiwang.kernel.wording import texts, word
from yiwang.kernel.zone import in_town
from yiwang.web import house

BEHIND = timedelta(seconds=30)
"""An entry that has waited so long for its head says that nothing is sealed at present. Usually it is two seconds."""


def said(key: str, **given: Any) -> str:
    """A sentence of the texts files in the page's language."""
    return word(key, house.language()).format(**given)


def moment(at: datetime) -> str:
    """A moment to the second, as the town's clocks show it."""
    return f"{in_town(at):%Y-%m-%d %H:%M:%S}"


def state(standing: Standing, now: datetime) -> dict[str, str]:
    """In one sentence how far the seal has come."""
    if standing.newest is None:
        return {"text": said("seal.state.none"), "tone": "waiting"}
    if standing.waiting_since is not None and now - standing.waiting_since > BEHIND:
        given = {"size": standing.newest.size, "entries": standing.entries, "since": moment(standing.waiting_since)}
        return {"text": said("seal.state.behind", **given), "tone": "overdue"}
    return {"text": said("seal.state.current", size=standing.newest.size), "tone": "done"}


def facts(head: Sealed) -> list[dict[str, Any]]:
    """The newest head, line by line."""
    return [
        {"text": said("seal.size"), "value": str(head.size)},
        {"text": said("seal.root"), "value": head.root},
        {"text": said("seal.signed-at"), "value": moment(head.signed_at)},
        {"text": said("seal.key"), "value": head.key},
    ]


COLUMNS_OF_HEADS = ("size", "signed_at", "root")


def columns(names: Iterable[str]) -> list[dict[str, Any]]:
    """The heads of a table's columns."""
    return [{"key": name, "text": said(f"seal.column.{name}")} for name in names]


def head_rows(heads: Iterable[Sealed]) -> list[dict[str, Any]]:
    """Heads as rows."""
    return [
        {
            "size": {"text": str(one.size), "href": reverse("transparency:head", args=[one.size])},
            "signed_at": moment(one.signed_at),
            "root": one.root,
        }
        for one in heads
    ]


COLUMNS_OF_WITNESSES = ("witness", "told", "told_at", "witness_state", "witness_note")


def witness_rows() -> list[dict[str, Any]]:
    """The witnesses that the town names, and how far each has come; one that is no longer named is not shown."""
    known = {one.address: one for one in sealed.witnesses()}
    return [_witness(address, known.get(address)) for address in settings.WITNESSES]


def _witness(address: str, known: Told | None) -> dict[str, Any]:
    standing, note = {"text": said("seal.witness.waiting"), "tone": "waiting"}, "–"
    if known and known.fault and known.failed_at:
        standing = {"text": said("seal.witness.fault"), "tone": "overdue"}
        note = said("seal.witness.why", fault=known.fault, at=moment(known.failed_at))
    elif known and known.told_at:
        standing = {"text": said("seal.witness.told"), "tone": "done"}
    return {
        "witness": witness_name(address),
        "told": str(known.size) if known and known.size else "–",
        "told_at": moment(known.told_at) if known and known.told_at else "–",
        "witness_state": standing,
        "witness_note": note,
    }


def witness_name(address: str) -> str:
    """Whose it is, without what opens it: the host of an address or mailbox; a file only by its kind."""
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        return said("seal.witness.mail", host=parts.path.rpartition("@")[2])
    if parts.scheme == "file":
        return said("seal.witness.file")
    return parts.hostname or ""


COLUMNS_OF_ENTRIES = ("position", "verb", "recorded_at", "hash")


def entry_rows(proven: Iterable[Proven]) -> list[dict[str, Any]]:
    """The entries of a case: where, what happened in a word, when, and the hash. Nothing of what was said, and nobody's name."""
    return [
        {
            "position": str(one.position),
            "verb": said(f"verb.{one.verb}"),
            "recorded_at": moment(one.recorded_at),
            "hash": one.hash,
        }
        for one in proven
    ]


OF_CHECKING = ("fault.", "meaning.", "right.", "key.", "witnesses.", "page.")
"""What the check may say: the words of `yiwang verify`, and a few that are the page's."""


def check_words() -> str:
    """All that the check in the browser may say, as JSON: it says it without asking the server again.

    A word of the page (`seal.page.…`) stands in the place of one that tells how to call the command.
    """
    names = {key.removeprefix("seal."): key for key in texts(house.language())["words"] if key.startswith("seal.")}
    told = {name: said_as_is(key) for name, key in names.items() if name.startswith(OF_CHECKING)}
    instead = {name.removeprefix("page."): text for name, text in told.items() if name.startswith("page.")}
    return json.dumps(told | {name: text for name, text in instead.items() if name in told}, ensure_ascii=False)


def said_as_is(key: str) -> str:
    """A sentence with its gaps still open."""
    return word(key, house.language())
