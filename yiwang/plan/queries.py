"""What others may know of the plan: all of it is public."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.indicators import public as indicators
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor, Where
from yiwang.plan import rules, showing, wording
from yiwang.plan.commitments import Commitment as FileRow
from yiwang.plan.facts import Goal, PlanRevised, Promise, Source, Words
from yiwang.plan.models import Commitment, Plan, PlanDraft, PlanItem
from yiwang.plan.reviewed import Reviewed
from yiwang.plan.rows import Draft, draft_of
from yiwang.plan.rules import Judgement, Shown
from yiwang.plan.spans import looked_after
from yiwang.plan.wording import Wording
from yiwang.registers import queries as registers
from yiwang.registers.evidence import queries as evidence


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A year's plan. `of_year` is another year where its promises were carried over; `title` is empty without a document."""

    plan_id: UUID
    year: int
    of_year: int
    title: str
    metadata: tuple[tuple[str, str], ...]
    filename: str
    sha256: str
    imported_at: datetime | None
    keeper: str
    """The code of the team that keeps the plan; empty where only leaders do."""

    @property
    def carried_over(self) -> bool:
        return self.year != self.of_year


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise, how it stands, and what showed it last (None: nothing yet)."""

    promise: Promise
    judgement: Judgement
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of the plan with its promises; what was published is empty without a document."""

    no: int
    name: Words
    chapter: str
    chapter_name: Words
    published_chapter: str
    published_title: str
    promises: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What the reading of a document left over: words that mean no promise of ours, and promises whose words were not found."""

    drafts: tuple[Draft, ...]
    promises: tuple[Promise, ...]


def plans(actor: Actor) -> tuple[PlanCard, ...]:
    """Every year that has promises, the latest first."""
    enter(actor, "plan.read")
    return tuple(_card(row) for row in Plan.objects.defer("text").order_by("-year"))


def plan(actor: Actor, year: int) -> PlanCard:
    """A year's plan. Raises NotFound."""
    enter(actor, "plan.read")
    return _card(_row(year))


def board(actor: Actor, year: int, today: date, *, known_at: datetime | None = None) -> tuple[ItemView, ...]:
    """The items of a year with all promises as they stood on `today`, or on the year's last day where that is over.

    `known_at`: as they read and by what was known at that moment; without it, by all that is known.
    """
    enter(actor, "plan.read")
    row = _row(year)
    listed = _as_known(row, known_at) if known_at else _as_it_reads(row)
    by_item: dict[int, list[Standing]] = {}
    for one in _standings(actor, year, listed, rules.judged_on(year, today), known_at):
        by_item.setdefault(one.promise.item, []).append(one)
    return tuple(_item(item, by_item.get(item.no, ())) for item in row.items.order_by("no"))


def item(actor: Actor, year: int, no: int, today: date) -> ItemView:
    """One item of a year. Raises NotFound."""
    enter(actor, "plan.read")
    row, as_of = _row(year), rules.judged_on(year, today)
    found = row.items.filter(no=no).first()
    if found is None:
        raise NotFound
    listed = [_promise(one) for one in row.commitments.filter(item=no).order_by("place")]
    return _item(found, _standings(actor, year, listed, as_of))


def promise(actor: Actor, year: int, row: str, today: date, *, known_at: datetime | None = None) -> Standing:
    """One promise of a year by the number of its row. `known_at`: as for `board`; one that was made later reads as it does.

    Raises NotFound.
    """
    enter(actor, "plan.read")
    plan_row = _row(year)
    found = plan_row.commitments.filter(row=row).first()
    if found is None:
        raise NotFound
    then = _as_known(plan_row, known_at) if known_at else []
    listed = [one for one in then if one.row == row] or [_promise(found)]
    return _standings(actor, year, listed, rules.judged_on(year, today), known_at)[0]


def standings_of(actor: Actor, year: int, owners: Collection[str], today: date) -> tuple[Standing, ...]:
    """The promises of a year that these departments (by their codes) answer for, in the plan's order. Raises NotFound."""
    enter(actor, "plan.read")
    listed = [_promise(one) for one in _row(year).commitments.filter(owner__in=owners).order_by("item", "place")]
    return _standings(actor, year, listed, rules.judged_on(year, today))


def read_from(actor: Actor, year: int, today: date) -> tuple[Any, ...]:
    """What everything on a year's board was read from: the same again means that nothing on it can have changed. A few short
    queries. Raises NotFound.
    """
    enter(actor, "plan.read")
    entry = _row(year).entry
    return (
        rules.judged_on(year, today),
        entry,
        evidence.newest_entry(actor, showing.PROMISE),
        looked_after(year),
        registers.newest_entry(actor),
        indicators.read_by_each(actor),
    )


def begun_at(actor: Actor, year: int) -> datetime:
    """When a year was first given its promises. Raises NotFound."""
    enter(actor, "plan.read")
    return journal.history("plan", _row(year).id)[0].entry.happened_at


def promises_of(actor: Actor, year: int) -> dict[str, Promise]:
    """All promises of a year by row, in their order; empty for a year without any."""
    enter(actor, "plan.read")
    rows = Commitment.objects.filter(plan__year=year).order_by("item", "place")
    return {one.row: _promise(one) for one in rows}


def wordings(actor: Actor, year: int, row: str) -> tuple[Wording, ...]:
    """How a promise read from when on, the oldest first."""
    enter(actor, "plan.read")
    return tuple(
        _wording(placed, one) for placed in _readings(_row(year)) for one in placed.fact.promises if one.row == row
    )


def readings(actor: Actor, year: int, row: str) -> tuple[journal.Placed, ...]:
    """The entries that gave a promise its words, the oldest first."""
    enter(actor, "plan.read")
    return tuple(one for one in _readings(_row(year)) if any(each.row == row for each in one.fact.promises))


def _readings(plan: Plan) -> tuple[journal.Placed, ...]:
    """What gave a plan's promises their words, the oldest first."""
    opened = journal.of_verb("plan.opened", "plan", [plan.id])
    return (*opened, *journal.of_verb("plan.revised", "plan", [plan.id]))


def _as_it_reads(plan: Plan) -> list[Promise]:
    return [_promise(one) for one in plan.commitments.order_by("item", "place")]


def _as_known(plan: Plan, known_at: datetime) -> list[Promise]:
    """The promises as they read at a moment, in the plan's order; before the first wording there is the first."""
    read: dict[str, Promise] = {}
    for placed in _readings(plan):
        if placed.entry.happened_at <= known_at or not read:
            read |= {one.row: one for one in placed.fact.promises}
    return sorted(read.values(), key=lambda one: (one.item, int(one.row.partition(".")[2])))


def _wording(placed: journal.Placed, one: Promise) -> Wording:
    fact, at = placed.fact, placed.entry.happened_at
    if isinstance(fact, PlanRevised):
        return Wording(at, one, fact.document_number, fact.reason, fact.by_hand)
    return Wording(at, one, "")


def drafts(actor: Actor, year: int, *, row: str = "") -> tuple[Draft, ...]:
    """What the document of a year promises, in its order; with `row` what means it, or seems to as long as nobody has decided. What
    was split stands there in its parts. A plan whose promises were carried over has the document of the year they were made for.
    """
    enter(actor, "plan.read")
    rows = PlanDraft.objects.filter(plan__year=_row(year).of_year).exclude(state=Reviewed.SPLIT).order_by("start")
    if row:
        meant = Q(state=Reviewed.CONFIRMED, meant__contains=[row])
        rows = rows.filter(meant | Q(state=Reviewed.UNREVIEWED, rows__contains=[row]))
    return _drafts(rows)


def unmatched(actor: Actor, year: int) -> Unmatched:
    """What means nothing to the other side, both ways, as far as nobody has decided otherwise."""
    everything = drafts(actor, year)
    proposed = [one for one in everything if one.state == Reviewed.UNREVIEWED]
    meant = {row for one in proposed for row in one.rows} | {row for one in everything for row in one.meant}
    left = tuple(one for row, one in promises_of(actor, year).items() if row not in meant)
    return Unmatched(tuple(one for one in proposed if not one.rows), left)


def kept_by_hand(actor: Actor, year: int, promised: Iterable[FileRow]) -> tuple[wording.Kept, ...]:
    """What a person changed on the page and the rows of a file want otherwise: it stays, and is named."""
    known = promises_of(actor, year)
    return wording.kept(
        known, [rules.promise_of(one, known[one.row].commitment_id, year) for one in promised if one.row in known]
    )


def ground(actor: Actor, year: int) -> Where:
    """Where a year's plan lies for permissions: with the team that keeps it; without one, with nobody. Raises NotFound."""
    return keeper_ground(actor, _row(year).keeper)


def keeper_ground(actor: Actor, keeper: str) -> Where:
    """The ground of a team by its code; nobody's where there is no such team."""
    return Where(teams=frozenset(card.team_id for card in people.teams(actor) if card.code == keeper))


def may_review(actor: Actor, year: int) -> bool:
    """Whether the actor reviews the words of a year's plan and changes its promises. Raises NotFound."""
    return permission.reach(actor, "plan.review").covers(ground(actor, year))


def reviews(actor: Actor) -> bool:
    """Whether the actor reviews the plan of any year."""
    reach = permission.reach(actor, "plan.review")
    if reach.nothing:
        return False
    keepers = set(Plan.objects.values_list("keeper", flat=True))
    if reach.town or not keepers:
        return bool(keepers)
    return any(card.code in keepers and card.team_id in reach.teams for card in people.teams(actor))


def _row(year: int) -> Plan:
    found = Plan.objects.defer("text").filter(year=year).first()
    if found is None:
        raise NotFound
    return found


def _card(row: Plan) -> PlanCard:
    pairs = tuple((str(key), str(value)) for key, value in row.metadata)
    return PlanCard(
        row.id, row.year, row.of_year, row.title, pairs, row.filename, row.sha256, row.imported_at, row.keeper
    )


def _item(row: PlanItem, promises: Iterable[Standing]) -> ItemView:
    return ItemView(
        no=row.no,
        name=Words(row.name_zh, row.name_en),
        chapter=row.chapter,
        chapter_name=Words(row.chapter_zh, row.chapter_en),
        published_chapter=row.published_chapter,
        published_title=row.published_title,
        promises=tuple(promises),
    )


def _drafts(rows: Iterable[PlanDraft]) -> tuple[Draft, ...]:
    return tuple(draft_of(one) for one in rows)


def _promise(row: Commitment) -> Promise:
    value = row.target_value
    return Promise(
        commitment_id=row.id,
        row=row.row,
        item=row.item,
        promise=Words(row.promise_zh, row.promise_en),
        systems=tuple(row.systems),
        kinds=tuple(row.kinds),
        owner=row.owner,
        measure=Words(row.measure_zh, row.measure_en),
        goal=None if value is None else Goal(value, row.target_unit, row.target_comparator),
        due=row.due,
        evidence=row.evidence,
        shown_by=Words(row.shown_by_zh, row.shown_by_en),
        limits=Words(row.limits_zh, row.limits_en) if row.limits_zh else None,
        source=_source(row.source),
        edited=tuple(row.edited),
    )


def _source(kept: dict[str, Any] | None) -> Source | None:
    if kept is None:
        return None
    return Source(**{**kept, "where": tuple((str(name), str(value)) for name, value in kept["where"])})


def _standings(
    actor: Actor, year: int, listed: Sequence[Promise], as_of: date, known_at: datetime | None = None
) -> tuple[Standing, ...]:
    shown = showing.shown_of(actor, year, listed, as_of, known_at=known_at)
    begins = date(year, 1, 1)
    return tuple(
        Standing(
            one,
            rules.judge(one.goal, begins=begins, due=one.due, shown=shown.get(one.row), as_of=as_of),
            shown.get(one.row),
        )
        for one in listed
    )
