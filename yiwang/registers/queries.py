"""The reads of registers: the catalogue, what a register says on a day, and the history of one key."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import LogInFirst, NotAllowed, NotFound
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.registers import law
from yiwang.registers.declared import Register
from yiwang.registers.fitting import Misfit, misfits
from yiwang.registers.models import RegisterLoad, RegisterRow, RegisterSheet
from yiwang.registers.naming import ground
from yiwang.registers.problems import RowUnknown
from yiwang.registers.speaking import Speaker

READ, WRITE = "register.read", "register.write"
FILTERED = ("choice", "team", "yes_no")
"""Types of fields by which a list is narrowed."""


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register as the catalogue shows it. `rows`: how many keys hold on the day, None for who may not read them."""

    register: Register
    rows: int | None
    newest: datetime | None
    """When a sheet was last taken in."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One dated row. `earlier`: what it said before its corrections, oldest first; `measures`: as what each value was recorded,
    by field, where that was kept."""

    key: str
    valid_from: date
    valid_to: date | None
    values: Mapping[str, Any]
    earlier: tuple[Mapping[str, Any], ...]
    entry: int
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnfitRow:
    """A row that does not fit what its register declares now, and why not."""

    row: RowView
    misfits: tuple[Misfit, ...]


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a list, and how many there are."""

    rows: tuple[RowView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LoadView:
    """A sheet that was taken in."""

    at: datetime
    filename: str
    entered: int
    unchanged: int
    refused: int
    sha256: str


def may_read(actor: Actor, register: Register) -> bool:
    """Whether the actor may see the register's rows: those of a public one, whoever may read any."""
    reach = permission.reach(actor, READ)
    return reach.covers(ground(actor, register)) or (register.disclosure == "public" and not reach.nothing)


def may_write(actor: Actor, register: Register) -> bool:
    """Whether the actor keeps the register."""
    return permission.reach(actor, WRITE).covers(ground(actor, register))


def catalogue(actor: Actor, on: date) -> tuple[RegisterCard, ...]:
    """Every register that the installed packs declare, by code. Raises LogInFirst or NotAllowed for who reads none at all."""
    if permission.reach(actor, READ).nothing:
        raise LogInFirst(action=READ) if actor.kind == ActorKind.VISITOR else NotAllowed(action=READ)
    counted = dict(
        RegisterRow.objects.filter(_holds(on))
        .values_list("register")
        .annotate(Count("id"))
        .values_list("register", "id__count")
    )
    newest: dict[str, datetime] = {}
    for code, at in RegisterLoad.objects.order_by("at").values_list("register", "at"):
        newest[code] = at
    return tuple(
        RegisterCard(one, counted.get(one.code, 0) if may_read(actor, one) else None, newest.get(one.code))
        for one in law.catalogue().all()
    )


def register(actor: Actor, code: str) -> Register:
    """A register whose rows the actor may read. Raises RegisterUnknown, LogInFirst or NotAllowed."""
    found = law.catalogue().register(code)
    if not may_read(actor, found):
        permission.require(actor, READ, ground(actor, found))
    return found


def rows(
    actor: Actor,
    code: str,
    *,
    on: date,
    text: str = "",
    only: Mapping[str, str] | None = None,
    sort: str = "",
    first: int = 0,
    most: int | None = None,
) -> RowPage:
    """What the register says on a day, by key or by a field's code (`-` before it: downwards).

    `text` stands in any value, in its words; `only`: fields of FILTERED with the value wanted. Raises what `register` raises.
    """
    found = register(actor, code)
    listed: QuerySet[RegisterRow] = RegisterRow.objects.filter(_holds(on), register=code)
    for name, value in (only or {}).items():
        wanted: Any = value == "yes" if found.field(name).type == "yes_no" else value
        listed = listed.filter(**{f"values__{name}": wanted})
    if not text and not sort:
        return RowPage(
            tuple(_view(row) for row in listed.order_by("key")[first : first + most if most else None]), listed.count()
        )
    speak = Speaker(actor, found, "zh-Hans")
    views = [_view(row) for row in listed.order_by("key")]
    if text:
        views = [
            view for view in views if text in " ".join([view.key, *speak.row(view.values, view.measures).values()])
        ]
    if sort.lstrip("-") in {field.code for field in found.fields}:
        field = found.field(sort.lstrip("-"))
        views.sort(key=lambda view: speak.order(field, *_recorded(view, field.code)), reverse=sort.startswith("-"))
    return RowPage(tuple(views[first : first + most if most else None]), len(views))


def disclosed(actor: Actor, code: str, *, on: date) -> tuple[RowView, ...]:
    """What a public register says on a day, by key, for anybody: only of registers that are declared public (docs/adr/0053).

    Nothing of a register that no installed pack declares (any more), and nothing of one that is not public.
    """
    enter(actor, "register.disclosed")
    found = law.catalogue().by_code.get(code)
    if found is None or found.disclosure != "public":
        return ()
    return tuple(_view(row) for row in RegisterRow.objects.filter(_holds(on), register=code).order_by("key"))


def every_row(actor: Actor, code: str, *, on: date) -> Iterator[RowView]:
    """All that the register says on a day, by key. Raises what `register` raises."""
    yield from rows(actor, code, on=on).rows


def unfit(actor: Actor, code: str, *, on: date) -> tuple[UnfitRow, ...]:
    """The rows that hold on a day and do not fit what the pack declares by now, by key: for who keeps the register to put right.

    Raises NotAllowed for who does not keep it, and what `register` raises.
    """
    found = register(actor, code)
    permission.require(actor, WRITE, ground(actor, found))
    views = [_view(row) for row in RegisterRow.objects.filter(_holds(on), register=code).order_by("key")]
    judged = (UnfitRow(view, tuple(misfits(found, view.key, view.values, view.measures))) for view in views)
    return tuple(one for one in judged if one.misfits)


_COUNTED: dict[str, tuple[tuple[Any, ...], int]] = {}
"""By register: how many rows did not fit, and what that was counted from (see unfit_count). One number each."""


def unfit_count(actor: Actor, code: str, *, on: date) -> int:
    """How many rows `unfit` would list. It is on every look at a register's list, so the rows are judged once and the number is
    remembered until a row of the register, its declaration or the day is another. Raises what `unfit` raises.
    """
    found = register(actor, code)
    permission.require(actor, WRITE, ground(actor, found))
    rows = RegisterRow.objects.filter(register=code)
    newest = rows.order_by("-entry", "id").values_list("entry", "id").first()
    from_these = (newest, on, found)
    remembered, number = _COUNTED.get(code, ((), 0))
    if remembered != from_these:
        said = rows.filter(_holds(on)).values_list("key", "values", "measures")
        number = sum(any(misfits(found, *one)) for one in said.iterator())
        _COUNTED[code] = (from_these, number)
    return number


def has(actor: Actor, code: str, fields: Collection[str]) -> bool:
    """Whether an installed pack has a register with these fields."""
    enter(actor, "register.tally")
    found = law.catalogue().by_code.get(code)
    return found is not None and set(fields) <= {one.code for one in found.fields}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a register say something, of how many rows (or places) there are."""

    part: int
    whole: int


def tally(
    actor: Actor,
    code: str,
    *,
    on: date,
    filled: str = "",
    where: Sequence[tuple[str, str]] = (),
    against_places: bool = False,
) -> Tally | None:
    """How many rows a register has on a day, of them those with a field filled in (a yes-or-no field: yes); nothing about any row.

    `where` narrows the rows to these values of fields. `against_places`: of all places of the kind that the register is kept by.
    None as long as nothing was ever entered, and of a register that no pack declares (any more).
    """
    enter(actor, "register.tally")
    found = law.catalogue().by_code.get(code)
    if found is None:
        return None
    rows = _among(found, on, where)
    part, whole = rows.filter(_says(filled, _types(found).get(filled, ""))).count(), rows.count()
    if not whole and not RegisterRow.objects.filter(register=code).exists():
        return None
    kinds = [field.kind for field in found.fields if field.type == "place" and field.code in found.key]
    return Tally(part, places.count_on(actor, Kind(kinds[0]), on) if against_places and kinds else whole)


def behind_tally(actor: Actor, code: str, *, on: date, where: Sequence[tuple[str, str]] = ()) -> frozenset[int]:
    """The entries of the journal by which those rows say on a day what they say; nothing about any row, as with `tally`."""
    enter(actor, "register.tally")
    found = law.catalogue().by_code.get(code)
    return frozenset(_among(found, on, where).values_list("entry", flat=True)) if found else frozenset()


def _among(register: Register, on: date, where: Sequence[tuple[str, str]]) -> QuerySet[RegisterRow]:
    types = _types(register)
    rows = RegisterRow.objects.filter(_holds(on), register=register.code)
    for name, value in where:
        rows = rows.filter(**{f"values__{name}": value == "yes" if types.get(name) == "yes_no" else value})
    return rows


def _types(register: Register) -> dict[str, str]:
    return {field.code: field.type for field in register.fields}


def _says(filled: str, type_: str) -> Q:
    """Rows with a field filled in; of a yes-or-no field those that say yes. A text from before it was one says neither."""
    if not filled:
        return Q()
    said = Q(**{f"values__{filled}": True})
    return said if type_ == "yes_no" else Q(values__has_key=filled) & ~Q(**{f"values__{filled}": False})


def newest_entry(actor: Actor) -> int:
    """The newest entry that changed a row of any register; 0 for none: has anything changed since?"""
    enter(actor, "register.tally")
    return int(RegisterRow.objects.aggregate(newest=Max("entry"))["newest"] or 0)


def history(actor: Actor, code: str, key: str) -> tuple[RowView, ...]:
    """The dated rows of a key, newest first. Raises RowUnknown, and what `register` raises."""
    register(actor, code)
    found = RegisterRow.objects.filter(register=code, key=key).order_by("-valid_from")
    if not found:
        raise RowUnknown(key=key)
    return tuple(_view(row) for row in found)


def dated(actor: Actor, code: str, field: str, among: Collection[str] | None = None) -> Mapping[str, Sequence[RowView]]:
    """Every dated row of a register, grouped by what one field says, by key and day: of these values of it, or of all.

    Rows that say nothing there are left out. Raises what `register` raises.
    """
    register(actor, code)
    listed = RegisterRow.objects.filter(register=code, values__has_key=field)
    if among is not None:
        listed = listed.filter(**{f"values__{field}__in": list(among)})
    groups: dict[str, list[RowView]] = {}
    for row in listed.order_by("key", "valid_from"):
        groups.setdefault(str(row.values[field]), []).append(_view(row))
    return groups


def of_keys(actor: Actor, code: str, keys: Collection[str]) -> Mapping[str, Sequence[RowView]]:
    """Every dated row of these keys, by key, oldest first. Raises what `register` raises."""
    register(actor, code)
    found: dict[str, list[RowView]] = {}
    for row in RegisterRow.objects.filter(register=code, key__in=list(keys)).order_by("valid_from"):
        found.setdefault(row.key, []).append(_view(row))
    return found


def loads(actor: Actor, code: str, most: int = 5) -> tuple[LoadView, ...]:
    """The sheets that were last taken in, newest first. Raises what `register` raises."""
    register(actor, code)
    found = RegisterLoad.objects.filter(register=code).order_by("-at")[:most]
    return tuple(LoadView(one.at, one.filename, one.entered, one.unchanged, one.refused, one.sha256) for one in found)


@dataclass(frozen=True, slots=True)
class SheetState:
    """How far a sheet that was handed in is. `outcome` is empty until it is finished; then see handed_in.py."""

    sheet_id: UUID
    filename: str
    state: str
    phase: str
    done: int
    total: int
    received_at: datetime
    finished_at: datetime | None
    outcome: Mapping[str, Any]


def handed_in_sheet(actor: Actor, code: str, sheet_id: UUID) -> SheetState:
    """A sheet that was handed in for a register which the actor keeps. Raises NotFound, also for one that was forgotten after a
    month, NotAllowed, and what `register` raises."""
    permission.require(actor, WRITE, ground(actor, register(actor, code)))
    row = RegisterSheet.objects.defer("content").filter(pk=sheet_id, register=code).first()
    if row is None:
        raise NotFound
    return _state(row)


def sheets_in_work(actor: Actor, code: str) -> tuple[SheetState, ...]:
    """The sheets of a register that the worker has not finished, the oldest first. Raises NotAllowed, and what `register` raises."""
    permission.require(actor, WRITE, ground(actor, register(actor, code)))
    rows = RegisterSheet.objects.defer("content").filter(register=code, finished_at=None)
    return tuple(_state(row) for row in rows.order_by("received_at"))


def _state(row: RegisterSheet) -> SheetState:
    outcome = json.loads(secrecy.unseal(row.outcome)) if row.outcome else {}
    return SheetState(
        row.id, row.filename, row.state, row.phase, row.done, row.total, row.received_at, row.finished_at, outcome
    )


def _holds(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def _view(row: RegisterRow) -> RowView:
    return RowView(row.key, row.valid_from, row.valid_to, row.values, tuple(row.earlier), row.entry, row.measures)


def _recorded(view: RowView, code: str) -> tuple[Any, str]:
    """A row's value of a field, and as what it was recorded."""
    return view.values.get(code), view.measures.get(code, "")
