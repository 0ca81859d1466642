"""What shows promises: signed evidence and rows of registers, figures of indicators. All of it is read where it is kept, and
nothing is kept here. A promise is a subject of signed evidence.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal

from yiwang.indicators import law as indicator_law
from yiwang.indicators import public as indicators
from yiwang.indicators.evidence import Scope
from yiwang.indicators.public import PublicFigure
from yiwang.indicators.rules import Shown as Disclosed
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.plan import rules
from yiwang.plan.commitments import UNITS
from yiwang.plan.facts import Promise, Source
from yiwang.plan.models import Commitment
from yiwang.plan.rules import INDICATOR, PERCENT, REGISTER, Said, Shown, shown_by_signed
from yiwang.plan.spans import spans_of
from yiwang.registers import queries as registers
from yiwang.registers.evidence import queries as evidence
from yiwang.registers.evidence.subjects import Subject, Wanted, subjects

PROMISE = "promise"
"""The kind of subjects of signed evidence that promises are."""
LONGEST_YEAR = 4
COUNT = "count"


def subject_of(year: int, row: str) -> Subject:
    """A promise as a subject of signed evidence: `2026/1.03`."""
    return Subject(PROMISE, f"{year}/{row}")


def promise_named(ref: str) -> tuple[int, str] | None:
    """The year and row that such a reference names; None for one that names none."""
    year, _, row = ref.partition("/")
    return (int(year), row) if year.isdecimal() and 0 < len(year) <= LONGEST_YEAR and int(year) and row else None


@subjects(PROMISE)
def wanted_of(actor: Actor, ref: str) -> Wanted | None:
    """What is wanted to show a promise: by its department, in the unit of its number to reach (in any where there is none)."""
    named = promise_named(ref)
    found = Commitment.objects.filter(plan__year=named[0], row=named[1]).first() if named else None
    if named is None or found is None:
        return None
    units = (found.target_unit,) if found.target_unit else UNITS
    return Wanted(found.owner, units, date(named[0], 1, 1), rules.judged_on(named[0], date.max))


def shown_of(
    actor: Actor, year: int, promises: Iterable[Promise], as_of: date, *, known_at: datetime | None = None
) -> dict[str, Shown]:
    """What showed each of these promises of a year at the end of a day, by row; what nothing shows is left out.

    A figure that comes by itself counts before what was signed, unless it is withheld. `known_at`: by what was known at that
    moment (registers know only the day); without it, by all that is known.
    What is signed for a promise while it is supervised counts from the close of the supervision on, and without one never (spans.py).
    """
    listed = list(promises)
    found = _signed(actor, year, listed, as_of, known_at)
    figures = _by_themselves(actor, year, listed, as_of, known_at)
    for one in listed:
        if one.row in figures and not (figures[one.row].withheld and one.row in found):
            found[one.row] = rules.together(one.goal, figures[one.row], found.get(one.row))
    return found


def _signed(actor: Actor, year: int, listed: list[Promise], as_of: date, known_at: datetime | None) -> dict[str, Shown]:
    wanted = {subject_of(year, one.row).ref: one for one in listed}
    signed = evidence.signed_evidence_of(actor, PROMISE, wanted.keys(), as_of, known_at=known_at)
    spans = spans_of(wanted[ref].commitment_id for ref in signed)
    found: dict[str, Shown] = {}
    for ref, statements in signed.items():
        promise = wanted[ref]
        held = spans.get(promise.commitment_id, ())
        counted = [one for one in statements if not any(span.holds_back(one.at, known_at) for span in held)]
        shown = shown_by_signed(promise.goal, [Said(one.as_of, one.value, one.done, one.unit) for one in counted])
        if shown:
            found[promise.row] = shown
    return found


def _by_themselves(
    actor: Actor, year: int, listed: list[Promise], as_of: date, known_at: datetime | None
) -> dict[str, Shown]:
    """Figures of indicators and registers; each indicator's scope and each register's question is asked once."""
    asked: dict[Source, Shown | None] = {}
    figures: dict[str, Mapping[str, PublicFigure]] = {}
    found: dict[str, Shown] = {}
    for one in listed:
        if one.source is None:
            continue
        if one.source not in asked:
            if one.source.indicator and one.source.of not in figures:
                figures[one.source.of] = _figures(actor, year, one.source.of, as_of, known_at)
            asked[one.source] = _asked(actor, one.source, figures.get(one.source.of, {}), as_of)
        shown = asked[one.source]
        if shown:
            found[one.row] = shown
    return found


def _asked(actor: Actor, source: Source, figures: Mapping[str, PublicFigure], as_of: date) -> Shown | None:
    if source.indicator:
        return _counted(figures.get(source.indicator), as_of, percent=source.percent)
    return _tallied(actor, source, as_of)


def _figures(actor: Actor, year: int, of: str, as_of: date, known_at: datetime | None) -> Mapping[str, PublicFigure]:
    moment = moment_of(as_of, known_at)
    if not of:
        return {one.indicator.code: one for one in indicators.figures(actor, year, moment, known_at=known_at)}
    found = indicators.live_within(actor, scope_of(actor, year, of, as_of), moment)
    return {one.indicator.code: one for one in found}


def withheld(actor: Actor, year: int, source: Source, as_of: date) -> bool:
    """Whether there is a figure of an indicator that is only not public because it is of so few cases."""
    figure = _figures(actor, year, source.of, as_of, None).get(source.indicator)
    return figure is not None and figure.shown is Disclosed.WITHHELD


def moment_of(as_of: date, known_at: datetime | None = None) -> datetime:
    """The end of a day, or the earlier moment up to which things are known."""
    end = datetime.combine(as_of, time.max, TOWN_ZONE)
    return min(end, known_at) if known_at else end


def scope_of(actor: Actor, year: int, of: str, as_of: date) -> Scope:
    """The months of a year up to a day, of one department's cases or of all; of a committee's office those of its committee."""
    first, last = date(year, 1, 1), as_of.replace(day=1)
    if not of:
        return Scope(first, last)
    card = people.team_by_code(actor, of)
    return Scope(first, last, card.committee_id) if card.committee_id else Scope(first, last, None, card.team_id)


def _counted(figure: PublicFigure | None, as_of: date, *, percent: bool) -> Shown | None:
    """A share (or the number of what was found), as far as it is public: nothing of none, of very few cases that there are; one that
    was reviewed as of its day. That none was found says something only where something was measured.
    """
    if figure is None or figure.share is None or figure.as_of is None:
        return None
    day = min(as_of, walltime.town_day(figure.as_of))
    if figure.shown is Disclosed.WITHHELD:
        return Shown(day, by=INDICATOR, withheld=True)
    if figure.shown is Disclosed.NOTHING:
        return None
    part, whole = figure.share.numerator, figure.share.denominator
    value, unit = (_percent(part, whole), PERCENT) if percent else (part, COUNT)
    settled = bool(figure.indicator.counts)
    return Shown(day, value, unit=unit, by=INDICATOR, part=part, whole=whole, settled=settled)


def source_known(actor: Actor, source: Source) -> bool:
    """Whether an installed pack still has what a promise is counted from: a pack may go, its promises stay on the board."""
    if source.indicator:
        return source.indicator in indicator_law.indicators()
    return registers.has(actor, source.register, {source.filled, *(name for name, _ in source.where)} - {""})


def _tallied(actor: Actor, source: Source, as_of: date) -> Shown | None:
    if not source_known(actor, source):
        return None
    found = registers.tally(
        actor,
        source.register,
        on=as_of,
        filled=source.filled,
        where=source.where,
        against_places=source.places,
    )
    if found is None:
        return None
    part = Decimal(found.part)
    if not source.percent:
        return Shown(as_of, part, unit=COUNT, by=REGISTER, part=part)
    if not found.whole:
        return None
    return Shown(as_of, _percent(part, found.whole), unit=PERCENT, by=REGISTER, part=part, whole=found.whole)


def _percent(part: Decimal, whole: int) -> Decimal:
    """Never rounded up: 2499 of 2500 is not all."""
    return (part * 100 / whole).quantize(Decimal("0.0001"), ROUND_DOWN)
