"""What a figure rests on, as a file that anybody can check (docs/adr/0031). The first argument is always the Actor.

Within the town the rows are open: each names its case and the entries it was counted by, which come with their proofs (and with
what they say, for who may export the journal). In public the rows are sealed: each shows how much it counts and a hash over
the rest, the same hash as in the open file of the same figure. Rows are read as the system reads them, whoever asked, so that
sealed and open ones have the same seals; what may be shown is asked before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yiwang.indicators import compiled, evidence, exporting, law, public, queries
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY
from yiwang.indicators.problems import NothingPublic, TooManyRows
from yiwang.indicators.rules import Share, Shown
from yiwang.intake.sensing import days
from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal import codec, figurechecking, sealed, sealer
from yiwang.kernel.journal import exporting as journal
from yiwang.kernel.journal import queries as entries
from yiwang.kernel.journal.figurechecking import NONE, OPEN, SEALED, SUBJECTS, plain
from yiwang.kernel.journal.problems import NotSealedYet
from yiwang.kernel.journal.sealed import Sealed
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, VISITOR, Actor, ActorKind

MOST_ROWS = 500
"""Of an open file that a page makes: each row has some eight entries, and each of those a proof. The command makes larger ones."""
MOST_SEALED = 5_000
"""Of a public file; it needs no proofs."""


@dataclass(frozen=True, slots=True)
class _Row:
    seal: str
    counts: Decimal
    text: str
    salt: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A figure that was signed together with its rows and the head, ready to be written."""

    head: Sealed
    code: str
    figure: str
    signed: str
    rows: tuple[_Row, ...]
    opened: bool
    places: tuple[int, ...]
    """Of the entries that come with proofs."""
    with_text: bool

    def lines(self) -> Iterator[bytes]:
        """The file, line by line."""
        yield journal.line(journal.header("figure", self.head, about=self.code, figure=self.figure, signed=self.signed))
        for row in self.rows:
            inside = {"row": row.text, "salt": row.salt} if self.opened else {}
            yield journal.line({"seal": row.seal, "counts": plain(row.counts)} | inside)
        yield from journal.proven_lines(self.head, self.places, with_text=self.with_text)
        yield journal.line({"end": len(self.rows) + len(self.places)})


def inside(
    actor: Actor, code: str, scope: Scope, as_of: datetime, *, with_text: bool = False, most: int | None = None
) -> Bundle:
    """A figure in a scope as of a moment with its rows, their entries and proofs; `with_text`: with what the
    entries say; `most`: of so many rows at most.

    Raises NotAllowed, IndicatorUnknown, TooManyRows, NotSealedYet (also when an entry behind it waits for the next head), KeyElsewhere.
    """
    permission.require(actor, "indicator.read", TOWN_WIDE)
    if with_text and actor.kind is not ActorKind.SYSTEM:  # who sits at the machine has the journal anyhow
        permission.require(actor, "journal.export", TOWN_WIDE)
    one, head = law.indicator(code), sealed.required()
    rows = _rows(one, scope, as_of, head, most)
    if rows is None:
        raise TooManyRows(most=str(most))
    share = Share(sum((row.counts for row in rows), Decimal(0)), len(rows))
    figure = _figure(one, scope, as_of, share) | {"rows": OPEN}
    places = tuple(sorted({place for row in rows for place in row.places}))
    return _signed(head, one, figure, rows, places, with_text=with_text)


def in_public(actor: Actor, code: str, year: int, now: datetime, *, most: int | None = None) -> Bundle:
    """The figure that strangers read of a year, with its rows sealed, and the proof of its release where it was reviewed first.

    Without rows where they would tell more than the figure: something was entered late and they no longer give it, or cases count
    in parts (how many of each would be seen); and where there are more than `most`.
    Raises NotAllowed, IndicatorUnknown, NothingPublic, NotSealedYet, KeyElsewhere.
    """
    permission.require(actor, "figure.read", TOWN_WIDE)
    found, head = public.figure(VISITOR, code, year, now), sealed.required()
    if found.share is None or found.as_of is None or found.shown in (Shown.NOTHING, Shown.WITHHELD):
        raise NothingPublic
    one, scope, as_of = found.indicator, found.scope, found.as_of
    rows = _rows(one, scope, as_of, head, most) or ()
    given = (sum(row.counts for row in rows), len(rows))
    if given != (found.share.numerator, found.share.denominator) or set(one.numerator.values()) != {1}:
        rows = ()
    release = entries.position_of(found.release) if found.release is not None else None
    if found.release is not None and (release is None or release > head.size):
        raise NotSealedYet
    figure = _figure(one, scope, as_of, found.share) | {"rows": SEALED if rows else NONE}
    if release is not None:
        figure["release"] = release
    return _signed(head, one, figure, rows, () if release is None else (release,), opened=False)


def _rows(one: Indicator, scope: Scope, as_of: datetime, head: Sealed, most: int | None) -> tuple[_Row, ...] | None:
    """The rows of the denominator by their seals, which is no order at all; None for more than `most`."""
    found = evidence.as_of(compiled.evidence_of(one), scope, as_of)
    if most is not None and len(found) > most:
        return None
    names, whose = exporting.names(SYSTEM, "zh-hans"), (_of_things if one.counts else _of_cases)
    rested = whose([row[0] for row in found], as_of)
    figure = f"{one.code} {one.hash} {scope} {codec.moment_text(as_of)}"
    rows = []
    for case_id, part, month, committee, team, source, type_code, holds, counts in found:
        rests_on = rested[case_id]
        if any(place is None or place > head.size for place in rests_on.places):
            raise NotSealedYet
        told = names.where(month, _known(committee), _known(team))
        row = {
            "case": rests_on.number, "case_id": str(case_id), "part": str(part) if part else None,
            "month": told["month"], "committee": told["committee"], "team": told["team"], "source": source,
            "type": type_code, "holds": list(holds), "entries": list(rests_on.places), **rests_on.more,
        }  # fmt: skip
        rows.append(
            _sealed(f"{figure} {case_id} {part}", codec.canonical(row).decode(), Decimal(counts), rests_on.places)
        )
    return tuple(sorted(rows, key=lambda row: row.seal))


@dataclass(frozen=True, slots=True)
class _RestsOn:
    """What a row is called, where the entries stand that it was counted by, and what else it says of these."""

    number: str | None
    places: tuple[int | None, ...]
    more: Mapping[str, Any]


def _of_cases(case_ids: Sequence[UUID], as_of: datetime) -> Mapping[UUID, _RestsOn]:
    places, numbers = journal.positions("case", case_ids, as_of), exporting.numbers(SYSTEM, case_ids)
    return {one: _RestsOn(numbers.get(one), places.get(str(one), ()), {}) for one in case_ids}


def _of_things(things: Sequence[UUID], as_of: datetime) -> Mapping[UUID, _RestsOn]:
    """Of what was measured: the entries by which registers say so and readings were stored, which tell of other rows as well."""
    told = queries.told_of(SYSTEM, things, as_of)
    stored = {thing: {*row.entries, *_batches(row.opens)} for thing, row in told.items()}
    known = journal.found({entry for entries in stored.values() for entry in entries})
    found = {}
    for thing, row in told.items():
        entries = [known[entry] for entry in stored[thing] if entry in known]
        subjects = sorted({one.subject for one in entries})
        places = tuple(one.position for one in sorted(entries, key=lambda one: one.position or 0))
        found[thing] = _RestsOn(row.ref, places, {SUBJECTS: [list(one) for one in subjects]})
    return found


def _batches(opens: Sequence[Sequence[str]]) -> Iterator[int]:
    """The entries of the batches that hold the readings of a station's day."""
    for kind, code, which in opens:
        if kind == "station":
            yield from days.entries_behind(SYSTEM, code, date.fromisoformat(which))


def _sealed(whose: str, text: str, counts: Decimal, places: tuple[int | None, ...]) -> _Row:
    salt = secrecy.salt_for(f"row of a figure: {whose}")
    placed = tuple(place for place in places if place is not None)
    return _Row(figurechecking.seal_of(salt, text), counts, text, salt.hex(), placed)


def _known(key: Any) -> Any:
    return None if key == NOBODY else key


def _figure(one: Indicator, scope: Scope, as_of: datetime, share: Share) -> dict[str, Any]:
    """What is stated: the figure, its definition in words and as it is counted, its scope."""
    names = exporting.names(SYSTEM, "zh-hans")
    lies, whose = exporting.named(names.committees, scope.committee), exporting.named(names.teams, scope.team)
    counts: Mapping[str, Any] = {
        "numerator": [[name, plain(each)] for name, each in one.numerator.items()],
        "denominator": list(one.denominator),
        "sources": list(one.sources),
        "types": list(one.types),
    }
    return {
        "code": one.code, "name": dict(one.name), "formula": dict(one.formula), "version": one.version, "hash": one.hash,
        "counts": counts, "first": f"{scope.first:%Y-%m}", "last": f"{scope.last:%Y-%m}",
        "committee": lies.code if lies else None, "team": whose.code if whose else None,
        "as_of": codec.moment_text(as_of), "numerator": plain(share.numerator), "denominator": share.denominator,
    }  # fmt: skip


def _signed(
    head: Sealed,
    one: Indicator,
    figure: Mapping[str, Any],
    rows: tuple[_Row, ...],
    places: tuple[int, ...],
    *,
    opened: bool = True,
    with_text: bool = False,
) -> Bundle:
    """Sign figure, rows and head as one. Raises KeyElsewhere."""
    key, text = sealer.signer_of(head), codec.canonical(figure).decode()
    digest = figurechecking.digest_of((row.seal, plain(row.counts)) for row in rows)
    stated = figurechecking.statement(head.origin.removeprefix("yiwang/"), text, digest, len(rows), head.pure)
    return Bundle(head, one.code, text, key.note(stated), rows, opened, places, with_text)
