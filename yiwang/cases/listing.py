"""How a page of a work list is read where there are a million cases: in its order, and no further than it goes (adr 0036)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Q, QuerySet

from yiwang.cases.models import Case
from yiwang.kernel.access.rules import Reach

LONG = 3
"""Of so many bigrams on, PostgreSQL takes a phrase for far rarer than it is: it multiplies the shares of pieces that come together."""
WALKED = 4_000
"""So many cases are looked at one by one for a long phrase, before all that have it are collected and sorted."""
ALL = 1_000_000_000


class Reason(NamedTuple):
    """Why cases are within a reach. `few`: they are to be collected and sorted, since along the order they are far between."""

    which: Q
    few: bool = False


def reasons(reach: Reach, *, assisting: bool = False) -> tuple[Reason, ...]:
    """Why a case is covered by a reach; `assisting`: also because its teams assist or assisted.

    One reason alone is read in the order of a list from an index; two joined by OR would be collected whole and sorted.
    """
    if reach.town:
        return (Reason(Q()),)
    found = []
    if reach.committees:
        found.append(Reason(Q(committee__in=reach.committees)))
    if reach.teams:
        found.append(Reason(Q(lead_team__in=reach.teams)))
    if reach.teams and assisting:
        found.append(Reason(Q(assist_teams__overlap=sorted(reach.teams)), few=True))
    if reach.own:
        found += [Reason(Q(reporter=reach.own), few=True), Reason(Q(on_behalf=reach.own), few=True)]
    return tuple(found)


def within(reach: Reach, *, assisting: bool = False) -> Q:
    """The rows that a reach covers, as one filter."""
    found = [one.which for one in reasons(reach, assisting=assisting)]
    return reduce(or_, found) if found else Q(pk__in=[])


def soon(now: datetime) -> Q:
    """Cases whose next clock is about to run out (clocks.soon_from); what ran out already is overdue, not due soon."""
    return Q(overdue=False, soon_at__lte=now, due_at__gte=now)


def first(cases: QuerySet[Case], order: Sequence[str], upto: int, *, few: bool = False) -> list[UUID]:
    """The identifiers of the first `upto` of these cases."""
    return list(_in_order(cases, order, few=few).values_list("pk", flat=True)[:upto])


def first_with(
    cases: QuerySet[Case], pieces: Sequence[str], order: Sequence[str], upto: int, *, few: bool = False
) -> list[UUID]:
    """The same of those with all these bigrams: walks along the order, and where it does not find enough soon, looks them up."""
    found = _walked(_in_order(cases, order, few=few)[: ALL if few else WALKED], pieces, order, upto)
    if few or len(found) == upto or not cases.order_by(*order)[WALKED : WALKED + 1].exists():
        return found
    return first(cases.filter(bigrams__contains=pieces), order, upto, few=True)


def _in_order(cases: QuerySet[Case], order: Sequence[str], *, few: bool) -> QuerySet[Case]:
    """`few` puts it as no index has it: otherwise PostgreSQL, which takes them for spread evenly, looks for them along one."""
    if not few:
        return cases.order_by(*order)
    head = ExpressionWrapper(F(order[0].removeprefix("-")) + timedelta(0), DateTimeField())
    return cases.order_by(head.desc() if order[0][0] == "-" else head.asc(), *order[1:])


def _walked(ordered: QuerySet[Case], pieces: Sequence[str], order: Sequence[str], upto: int) -> list[UUID]:
    """Those that have the bigrams, of cases in their order. Their index is out of sight here: each is looked at by itself."""
    keys = [name.removeprefix("-") for name in order]
    has = ExpressionWrapper(Q(bigrams__contains=pieces), BooleanField())
    text, given = ordered.values_list(*keys, has).query.sql_with_params()
    names = ", ".join([*(f"k{place}" for place in range(len(keys))), "has"])
    again = ", ".join(f"k{place} DESC" if name[0] == "-" else f"k{place}" for place, name in enumerate(order))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT k{len(keys) - 1} FROM ({text}) AS walked ({names}) WHERE has ORDER BY {again} LIMIT %s",  # noqa: S608 - Django's text, our names
            [*given, upto],
        )
        return [row[0] for row in cursor.fetchall()]
