"""Signed evidence as pages and programs read it: with the names of who signed for the staff, with role and department for all."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import AccountId, Actor
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.plan import showing
from yiwang.registers.evidence import queries
from yiwang.registers.evidence.queries import SignedEvidence
from yiwang.web import house
from yiwang.web.board.shown import amount, day, number, owners, said


def of_promise(actor: Actor, year: int, row: str) -> tuple[SignedEvidence, ...]:
    """All that was ever signed of a promise, the newest day first."""
    return queries.everything_signed(actor, showing.subject_of(year, row))


def lines(actor: Actor, listed: Iterable[SignedEvidence]) -> list[dict[str, Any]]:
    """Each as a page shows it."""
    everything = list(listed)
    people_named = {
        one for each in everything for one in (each.by, each.withdrawn.by if each.withdrawn else None) if one
    }
    names = people.names_for(actor, people_named) if people_named else {}
    teams = owners(actor)
    return [_line(actor, one, names, teams) for one in everything]


def _line(actor: Actor, one: SignedEvidence, names: dict[AccountId, str], teams: dict[str, str]) -> dict[str, Any]:
    name = names.get(one.by, "") if one.by else ""
    return {
        "id": one.evidence_id,
        "what": what(one),
        "why": one.why,
        "document": said("board.evidence.document", number=one.document_number) if one.document_number else "",
        "files": _files(actor, one),
        "files_text": said("board.evidence.files", n=len(one.files)) if one.files else "",
        "signed": said(
            "board.evidence.signed-by" if name else "board.evidence.signed",
            name=name,
            team=teams.get(one.owner, one.owner),
            role=role_name(one.role),
            day=day(walltime.town_day(one.at)),
        ),
        "entry": {"text": said("board.evidence.entry", entry=one.entry), "href": _entry_address(one)},
        "withdrawn": _withdrawn(one),
    }


def _entry_address(one: SignedEvidence) -> str:
    named = showing.promise_named(one.subject.ref)
    assert named is not None, "what stands on the board is about a promise"  # noqa: S101
    return reverse("board:evidence", args=[*named, one.evidence_id])


def recorded(actor: Actor, one: SignedEvidence) -> list[dict[str, Any]]:
    """What the journal holds of it, as a page shows each entry: facts by which anybody can find and compare it."""
    return [
        {
            "title": said(f"board.entry.{entry.verb}"),
            "facts": [
                {"text": said("board.entry.number"), "value": str(entry.entry)},
                {
                    "text": said("board.entry.position"),
                    "value": None if entry.position is None else str(entry.position),
                },
                {"text": said("board.entry.at"), "value": entry.at.astimezone(TOWN_ZONE).isoformat(timespec="seconds")},
                {"text": said("board.entry.hash"), "value": entry.hash},
            ],
        }
        for entry in queries.entries(actor, one.evidence_id)
    ]


def what(one: SignedEvidence) -> str:
    """`截至 2026年10月12日：83 %`."""
    if one.value is not None:
        return said("board.evidence.value", day=day(one.as_of), value=amount(one.value, one.unit))
    return said("board.evidence.done" if one.done else "board.evidence.paper", day=day(one.as_of))


def _withdrawn(one: SignedEvidence) -> str:
    gone = one.withdrawn
    if gone is None:
        return ""
    return said(
        "board.evidence.withdrawn",
        reason=gone.reason,
        role=role_name(gone.role),
        day=day(walltime.town_day(gone.at)),
        entry=gone.entry,
    )


def _files(actor: Actor, one: SignedEvidence) -> list[dict[str, str]]:
    """The papers behind it, for who may open them."""
    if not one.files or not queries.may_see_files(actor, str(one.evidence_id)):
        return []
    return [
        {"text": said("board.evidence.file", n=at), "href": reverse("desk:file", args=[sha256])}
        for at, sha256 in enumerate(one.files, 1)
    ]


def role_name(role: str) -> str:
    """A role in words of the page's language; empty for none."""
    names: dict[str, str] = permission.roles()[role]["name"] if role else {}  # type: ignore[assignment]
    return names.get(house.language(), "")


def plain(one: SignedEvidence) -> dict[str, Any]:
    """The same for programs. Nobody's name stands in it."""
    gone = one.withdrawn
    return {
        "id": str(one.evidence_id),
        "as_of": one.as_of.isoformat(),
        "value": None if one.value is None else number(one.value),
        "unit": one.unit or None,
        "done": one.done,
        "why": one.why,
        "document_number": one.document_number or None,
        "files": list(one.files),
        "owner": one.owner,
        "role": one.role,
        "signed_at": one.at.isoformat(),
        "entry": one.entry,
        "withdrawn": None
        if gone is None
        else {"at": gone.at.isoformat(), "reason": gone.reason, "role": gone.role, "entry": gone.entry},
    }


def may_sign(actor: Actor, year: int, row: str) -> bool:
    """Whether the actor may sign evidence of the promise."""
    return queries.may_sign(actor, showing.subject_of(year, row))


def may_withdraw(actor: Actor, listed: Iterable[SignedEvidence]) -> frozenset[UUID]:
    """Which of these the actor may withdraw."""
    return frozenset(one.evidence_id for one in listed if queries.may_withdraw(actor, one))
