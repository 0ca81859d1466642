"""What of cases anybody may list: matters of the public space, without words, place or person (docs/adr/0032)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from yiwang.cases import law
from yiwang.cases.models import Case
from yiwang.cases.stages import ENDED, WITHOUT_GROUND, State
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor

LISTED = frozenset(State) - WITHOUT_GROUND - {State.GATHERED, State.MERGED}
"""States of what the town took up: not what nobody has looked at, what had no ground, and what is done with its main case."""


@dataclass(frozen=True, slots=True)
class PublicCase:
    """How far a case is. `updated_at`: of one that has ended, its end."""

    number: str
    state: State
    type_code: str
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublicSearch:
    """Which cases: of these types (none: all that may be listed), still open or ended, received and changed within."""

    type_codes: tuple[str, ...] = ()
    still_open: bool = True
    ended: bool = True
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None


def listed_types() -> frozenset[str]:
    """The types whose cases anybody may list: what a photo can show is in the public space, and is about nobody."""
    return frozenset(one.code for one in law.catalogue().types() if one.photo)


def public_cases(actor: Actor, wanted: PublicSearch, *, offset: int = 0, limit: int) -> tuple[PublicCase, ...]:
    """The cases that anybody may list, newest first."""
    if permission.reach(actor, "case.follow").nothing:
        return ()
    states = {state for state in LISTED if (wanted.ended if state in ENDED else wanted.still_open)}
    codes = listed_types() & set(wanted.type_codes) if wanted.type_codes else listed_types()
    found = Case.objects.annotate(updated=Coalesce(F("closed_at"), F("changed_at"))).filter(
        _within("opened_at", wanted.opened_from, wanted.opened_to),
        _within("updated", wanted.updated_from, wanted.updated_to),
        state__in=states,
        type_code__in=codes,
    )
    rows = found.order_by("-opened_at", "-id").values_list("number", "state", "type_code", "opened_at", "updated")
    return tuple(
        PublicCase(number, State(state), type_code, opened_at, updated)
        for number, state, type_code, opened_at, updated in rows[offset : offset + limit]
    )


def public_by_number(actor: Actor, numbers: Collection[str]) -> tuple[PublicCase, ...]:
    """The cases with these numbers, for whoever has the numbers; a type is told only where anybody may list it."""
    if permission.reach(actor, "case.follow").nothing:
        return ()
    told = listed_types()
    rows = Case.objects.filter(number__in=set(numbers)).order_by("-opened_at", "-id")
    return tuple(
        PublicCase(
            row.number,
            State(row.state),
            row.type_code if row.type_code in told else "",
            row.opened_at,
            row.closed_at or row.changed_at,
        )
        for row in rows.only("number", "state", "type_code", "opened_at", "closed_at", "changed_at")
    )


def _within(column: str, since: datetime | None, until: datetime | None) -> Q:
    found = Q()
    if since is not None:
        found &= Q(**{f"{column}__gte": since})
    if until is not None:
        found &= Q(**{f"{column}__lte": until})
    return found
