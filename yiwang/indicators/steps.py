"""The only writes of indicators: evidence of what was touched is made anew, then the cells it lies in; figures are released.

What is made of measurements stands in making.py; here it is only kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from yiwang.cases import queries as cases
from yiwang.cases.outcomes import Stretch
from yiwang.indicators import evidence, law, making, measured, rules, stationdays
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Key, Scope
from yiwang.indicators.facts import IndicatorReleased, ReleasedLine, ReleaseWithdrawn
from yiwang.indicators.models import (
    NOBODY,
    EvidenceCase,
    EvidenceMeasured,
    IndicatorCell,
    IndicatorPublished,
    IndicatorRelease,
    MeasuredSource,
)
from yiwang.indicators.problems import ReleaseUnknown, WithdrawnAlready
from yiwang.indicators.rules import Share
from yiwang.indicators.standing import newest_of
from yiwang.indicators.sums import BY, Pair, sums, sums_of_years, written
from yiwang.intake.sensing import days
from yiwang.intake.sensing.days import Which
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.ids import new_id
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call, CaseId, PartId


def follow(actor: Actor, case_ids: Collection[CaseId]) -> None:
    """Make the evidence of these cases anew from their entries, and the cells in which they lie or lay. Inside a transaction.

    Raises NotAllowed.
    """
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    if not case_ids:
        return
    before = _cells_of(case_ids)
    EvidenceCase.objects.filter(case_id__in=case_ids).delete()
    EvidenceCase.objects.bulk_create(
        [row for case_id, told in cases.outcomes_of(actor, case_ids).items() for row in _rows(case_id, told)]
    )
    touched = before | _cells_of(case_ids)
    _count(touched)
    _publish(touched)


def follow_measured(actor: Actor, batch: Collection[Placed], today: date) -> None:
    """Make the evidence of what these entries say something of anew, as of a day of the town; then the cells. Inside a transaction.

    Raises NotAllowed.
    """
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    cells: set[Key] = set()
    for source, groups in making.touched(actor, batch).items():
        cells |= _put(source, making.of_groups(actor, source, groups, today), groups)
    if which := stationdays.touched(actor, batch, today):
        for source in measured.by_day():
            cells |= _put_days(actor, source, which, today)
    if cells:
        _count(cells)


def make_measured_anew(actor: Actor, today: date) -> bool:
    """Make all evidence of the sources that are counted otherwise than before, and on a new day of the town that of registers and the
    days that are over by now; that of sources that are gone is taken away. Whether anything was to do. Raises NotAllowed.
    """
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    made, known = {row.source: row for row in MeasuredSource.objects.all()}, measured.known()
    old = [
        name
        for name, one in known.items()
        if name not in made or (made[name].version, made[name].day) != (one.version, today)
    ]
    gone = made.keys() - known.keys()
    cells: set[Key] = set()
    for name in gone:
        cells |= _put(name, (), None)
    MeasuredSource.objects.filter(source__in=gone).delete()
    for name in old:
        before = made[name] if name in made and made[name].version == known[name].version else None
        if name in measured.by_day():
            which = days.in_use(actor, before.day if before else None, today)
            cells |= _put_days(actor, name, which, today) if before else _put_all_days(actor, name, which, today)
        else:
            cells |= _put(name, making.of_groups(actor, name, None, today), None)
        MeasuredSource.objects.update_or_create(source=name, defaults={"version": known[name].version, "day": today})
    if cells:
        _count(cells)
    return bool(old or gone)


def _put_days(actor: Actor, source: str, which: Collection[Which], today: date) -> set[Key]:
    groups = [stationdays.group_of(one) for one in which]
    return _put(source, stationdays.of_days(actor, source, which, today), groups)


def _put_all_days(actor: Actor, source: str, which: Collection[Which], today: date) -> set[Key]:
    return _put(source, stationdays.of_days(actor, source, which, today), None)


def _put(source: str, found: Iterable[EvidenceMeasured], groups: Collection[str] | None) -> set[Key]:
    """Let these be all the rows of the groups (None: of the source), and give the cells of what is otherwise than it was."""
    there = EvidenceMeasured.objects.filter(source=source)
    before = {making.said(row): row for row in (there if groups is None else there.filter(group__in=groups))}
    after = {making.said(row): row for row in found}
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    EvidenceMeasured.objects.filter(pk__in=[before[one].pk for one in gone]).delete()
    EvidenceMeasured.objects.bulk_create([after[one] for one in sorted(come)], batch_size=1000)
    changed = [*(before[one] for one in gone), *(after[one] for one in come)]
    return {(row.month, row.committee, row.team) for row in changed}


def count_by_new_definitions(actor: Actor) -> bool:
    """Count every cell again when a pack's definitions are others than those counted by; whether that was so. Raises NotAllowed."""
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    declared = {(one.code, one.hash) for one in law.indicators().values()}
    if evidence.counted_by() == declared or evidence.months() is None:
        return False
    _count()
    IndicatorPublished.objects.exclude(hash__in=[digest for _, digest in declared]).delete()
    _publish(set(EvidenceCase.objects.filter(until=None).values_list("month", "committee", "team").distinct()))
    return True


def _rows(case_id: CaseId, told: Mapping[PartId | None, Sequence[Stretch]]) -> Iterable[EvidenceCase]:
    """The rows of a case and of the parts in it, all in the month of the case."""
    month = _month(told[None])
    for part, one in ((part, one) for part, stretches in told.items() for one in stretches):
        yield EvidenceCase(
            case_id=case_id,
            part=part,
            since=one.since,
            until=one.until,
            month=month,
            committee=one.standing.committee or NOBODY,
            team=one.standing.team or NOBODY,
            source=one.standing.source,
            type_code=one.standing.type_code,
            holds=sorted(one.standing.holds),
        )


def _month(stretches: Sequence[Stretch]) -> date:
    return walltime.town_day(stretches[0].since).replace(day=1)


def _cells_of(case_ids: Collection[CaseId]) -> set[Key]:
    rows = EvidenceCase.objects.filter(case_id__in=case_ids, until=None)
    return set(rows.values_list("month", "committee", "team"))


# The sums stay in the database: a row each for a hundred thousand cells through Python took two thirds of the time.
_KEEP = """
INSERT INTO indicator_cell (indicator, hash, month, committee, team, numerator, denominator)
{evidence}, counted AS ({sums})
SELECT cell.indicator, cell.hash, month, committee, team, cell.numerator, cell.denominator
FROM counted CROSS JOIN LATERAL (VALUES {cells}) AS cell (indicator, hash, numerator, denominator)
"""


def _count(keys: Collection[Key] | None = None) -> None:
    """Write these cells anew, or all of them."""
    if keys is None:
        IndicatorCell.objects.all().delete()
    else:
        _forget(keys)
    declared = list(law.indicators().values())
    if not declared:
        return
    reads, given = evidence.of_cells(keys)
    cells = ", ".join(f"(%s, %s, n{place}, d{place})" for place in range(len(declared)))
    names = [name for one in declared for name in (one.code, one.hash)]
    with connection.cursor() as cursor:
        if keys is None:  # enough to put all kinds of cases together without sorting them on disk
            cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_KEEP.format(evidence=reads, sums=law.sums_of_all(), cells=cells), [*given, *names])


def _forget(keys: Collection[Key]) -> None:
    wanted: dict[tuple[date, UUID], set[UUID]] = {}
    for month, committee, team in keys:
        wanted.setdefault((month, committee), set()).add(team)
    for (month, committee), teams in wanted.items():
        IndicatorCell.objects.filter(month=month, committee=committee, team__in=teams).delete()


# --- what strangers read ------------------------------------------------------------------------------------------------


def _publish(touched: Collection[Key]) -> None:
    """Let what strangers read of these cells' years move on, where it has moved by enough cases (rules.moves)."""
    declared = tuple(one for one in law.indicators().values() if one.of_people)
    at = EvidenceCase.objects.aggregate(at=Max("since"))["at"]
    years = {month.year for month, _, _ in touched} if at and declared else set()
    counted = sums_of_years(declared, years) if years else {}
    for year in sorted(years):
        for by in ("", *BY):
            _move_on(declared, year, by, counted.get((year, (by,) if by else ()), {}), at)


def _move_on(declared: tuple[Indicator, ...], year: int, by: str, now: Mapping[Any, Pair], at: datetime) -> None:
    stands = newest_of(declared, year, by)
    counted = {(code, written(by, key[0]) if by else ""): pair for (code, key), pair in now.items()}
    for code, key in stands.keys() - counted.keys():
        counted[code, key] = (Decimal(0), 0)
    hashes = {one.code: one.hash for one in declared}
    IndicatorPublished.objects.bulk_create(
        IndicatorPublished(
            indicator=code, hash=hashes[code], year=year, by=by, key=key, numerator=n, denominator=d, at=at
        )
        for (code, key), (n, d) in sorted(counted.items())
        if rules.moves(stands[code, key].share.denominator if (code, key) in stands else 0, d)
    )


# --- what is let go to the public ------------------------------------------------------------------------------------


@step("indicator.release")
def release(
    code: str, first: date, last: date, as_of: datetime, *, seen: str, ground: str, call: Call
) -> IndicatorReleased:
    """公开: let a figure of the whole town in these months go to the public as it stood at a moment (not after the call).

    `seen`: the figure that was looked at (rules.Share.written), so that nothing else is released; `ground`: what the review found.
    Raises NotAllowed, IndicatorUnknown, NotForReview, NotTheReviewer, NothingToRelease, FigureMoved, FigureTooNear, PersonalNumber.
    """
    permission.require(call.actor, "indicator.release", TOWN_WIDE)
    one, as_of, scope = law.indicator(code), min(as_of, call.now), Scope(first, last)
    rules.check_reviewer(one.disclosure, frozenset(grant.role for grant in call.actor.grants))
    lines = {by: sums((one,), scope, as_of, (by,)) for by in BY}
    share = Share(*sums((one,), scope, as_of)[one.code, ()])
    rules.check_seen(share, seen)
    _one_release_at_a_time()
    before = IndicatorRelease.objects.filter(indicator=code, hash=one.hash).values_list("numerator", "denominator")
    if one.of_people:
        rules.check_apart([Share(*pair) for pair in before], share)  # also what was taken back: it was public
    fact = IndicatorReleased(
        new_id(call.now),
        code,
        one.hash,
        first,
        last,
        as_of,
        share.numerator,
        share.denominator,
        tuple(
            ReleasedLine(by, written(by, key), *pair)
            for by, found in lines.items()
            for (_, (key,)), pair in sorted(found.items())
            if pair[1]
        ),
        one.disclosure.role,
        rules.words(ground),
    )
    record(fact, call=call)
    return fact


def _one_release_at_a_time() -> None:
    """Two that know nothing of each other could be subtracted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('release of a figure', 0))")


@step("indicator.release")
def withdraw(release_id: UUID, *, explanation: str, call: Call) -> ReleaseWithdrawn:
    """撤回公开: show a released figure in public no more. Raises NotAllowed, ReleaseUnknown, WithdrawnAlready, PersonalNumber."""
    permission.require(call.actor, "indicator.release", TOWN_WIDE)
    row = IndicatorRelease.objects.select_for_update().filter(pk=release_id).first()
    if row is None:
        raise ReleaseUnknown
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    fact = ReleaseWithdrawn(release_id, row.indicator, rules.words(explanation))
    record(fact, call=call)
    return fact
