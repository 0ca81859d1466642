"""Registers over the API: what the town keeps and why, what a register says on a day, and the history of one key.

Read only. Registers hold nothing about a person (docs/adr/0017), so there is nothing to mask; who may read which is the table's.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Count, Line
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import language_of
from yiwang.registers import declared, queries
from yiwang.registers.declared import Register
from yiwang.registers.queries import FILTERED, RowView
from yiwang.registers.speaking import Speaker

PAGE, MOST = 100, 1000


class FieldAnswer(Schema):
    """One column. `kind`: of places, for a place; `fact`: what it states, which no other field asks for."""

    code: str
    name: str
    type: str
    unit: str
    required: bool
    choices: dict[str, str]
    kind: str
    fact: str


class RegisterAnswer(Schema):
    """A register with who keeps it, on what basis, what for and how long. `rows`: null for who may not read them."""

    code: str
    name: str
    systems: list[str]
    owner: str
    legal_basis: str
    purpose: str
    retention_months: int
    disclosure: str
    mirror_of: str
    place: str
    key: list[str]
    fields: list[FieldAnswer]
    rows: int | None
    newest: datetime.datetime | None


class RowAnswer(Schema):
    """One dated row. `values` by field as they are kept (decimals as text, money in fen, teams and places by code), `words` as a
    person reads them (what was recorded under an older declaration, as it was recorded); `valid_to` is the first day on which it no
    longer holds; `entry` is its last entry in the journal."""

    key: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    values: dict[str, Any]
    words: dict[str, str]
    entry: int


class RowsAnswer(Schema):
    """Some of the rows that hold on a day, and how many there are."""

    register_code: str
    on: datetime.date
    total: int
    rows: list[RowAnswer]


class EarlierAnswer(Schema):
    """What a row said before it was corrected, and why it was."""

    at: datetime.datetime
    reason: str
    values: dict[str, Any]


class HistoryAnswer(RowAnswer):
    """A dated row with what it said before its corrections, oldest first."""

    earlier: list[EarlierAnswer]


class Asked(Schema):
    """Which rows are wanted. `on`: as of which day in the town, today when left out; `text` stands in any value, in its words;
    `only` is field:value, for a choice, a team, yes or no; `sort` a field's code, with - before it downwards."""

    on: datetime.date | None = None
    text: Line = ""
    only: list[Line] = Field(default_factory=list)
    sort: Line = ""
    first: Count = 0
    size: Annotated[int, Field(ge=1, le=MOST)] = PAGE


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def _day(on: datetime.date | None) -> datetime.date:
    return on or walltime.town_day(walltime.now())


@opens("GET", "/registers", "register.read", list[RegisterAnswer])
def registers(request: HttpRequest) -> list[RegisterAnswer]:
    """Every register that the installed packs declare, by code, with how many rows hold today."""
    tongue = language_of(language(request))
    return [
        RegisterAnswer(**_declared(card.register, tongue), rows=card.rows, newest=card.newest)
        for card in queries.catalogue(_actor(request), _day(None))
    ]


@opens("GET", "/registers/{code}/rows", "register.read", RowsAnswer)
def register_rows(request: HttpRequest, code: Line, asked: Annotated[Asked, Query()]) -> RowsAnswer:
    """What a register says on a day: by key or by a field, narrowed by words and by fields. A field that it has not narrows nothing."""
    actor, day = _actor(request), _day(asked.on)
    register = queries.register(actor, code)
    narrowed = dict(_narrowed(register, asked.only))
    found = queries.rows(
        actor,
        code,
        on=day,
        text=asked.text.strip(),
        only=narrowed,
        sort=asked.sort,
        first=asked.first,
        most=asked.size,
    )
    speak = Speaker(actor, register, language(request))
    rows = [RowAnswer(**_row(view, speak)) for view in found.rows]
    return RowsAnswer(register_code=code, on=day, total=found.total, rows=rows)


@opens("GET", "/registers/{code}/rows/{path:key}", "register.read", list[HistoryAnswer])
def register_row_history(request: HttpRequest, code: Line, key: Line) -> list[HistoryAnswer]:
    """The dated rows of one key, newest first, each with what it said before it was corrected."""
    actor = _actor(request)
    history = queries.history(actor, code, key)
    speak = Speaker(actor, queries.register(actor, code), language(request))
    return [HistoryAnswer(**_row(view, speak), earlier=[_earlier(one) for one in view.earlier]) for view in history]


def _declared(one: Register, tongue: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name[tongue],
        "systems": list(one.systems),
        "owner": one.owner,
        "legal_basis": one.legal_basis,
        "purpose": one.purpose[tongue],
        "retention_months": one.retention_months,
        "disclosure": one.disclosure,
        "mirror_of": one.mirror_of,
        "place": one.place,
        "key": list(one.key),
        "fields": [_field(field, tongue) for field in one.fields],
    }


def _field(one: declared.Field, tongue: str) -> FieldAnswer:
    return FieldAnswer(
        code=one.code,
        name=one.name[tongue],
        type=one.type,
        unit=one.unit,
        required=one.required,
        choices={code: names[tongue] for code, names in one.choices.items()},
        kind=one.kind,
        fact=one.fact,
    )


def _narrowed(register: Register, only: list[str]) -> Iterator[tuple[str, str]]:
    fields = {one.code for one in register.fields if one.type in FILTERED}
    for pair in only:
        field, _, value = pair.partition(":")
        if field in fields and value:
            yield field, value


def _row(view: RowView, speak: Speaker) -> dict[str, Any]:
    return {
        "key": view.key,
        "valid_from": view.valid_from,
        "valid_to": view.valid_to,
        "values": dict(view.values),
        "words": speak.row(view.values, view.measures),
        "entry": view.entry,
    }


def _earlier(said: Mapping[str, Any]) -> EarlierAnswer:
    """Who corrected it is in the journal, for who may read that."""
    at = datetime.datetime.fromisoformat(said["at"])
    return EarlierAnswer(at=at, reason=said["reason"], values=dict(said["values"]))
