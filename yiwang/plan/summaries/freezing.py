"""The board of a year and the table of a month as they stand, put into the form that a summary keeps."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from yiwang.indicators import evidence
from yiwang.indicators import queries as indicators
from yiwang.indicators.evidence import Scope
from yiwang.indicators.queries import Figure, Line
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import VISITOR, Actor
from yiwang.plan import queries as plans
from yiwang.plan.facts import Words
from yiwang.plan.queries import Standing
from yiwang.plan.rules import Shown, judged_on
from yiwang.plan.summaries.facts import (
    FrozenBoard,
    FrozenIndicator,
    FrozenItem,
    FrozenLine,
    FrozenMonth,
    FrozenPromise,
    FrozenShown,
)
from yiwang.plan.summaries.rules import COMMITTEE, TEAM, TOWN

NONE_OF = {
    COMMITTEE: Words("未定居委", "In no committee"),
    TEAM: Words("未派部门", "With no department yet"),
}
WHOLE = Words("全镇", "The whole town")


def board(actor: Actor, year: int, now: datetime) -> FrozenBoard:
    """The board of a year as strangers read it at a moment, since the paper may be opened to them. Raises NotFound."""
    today = walltime.town_day(now)
    card, items = plans.plan(actor, year), plans.board(VISITOR, year, today, known_at=now)
    owners = {one.code: Words(one.name_zh, one.name_en) for one in people.teams(actor)}
    return FrozenBoard(
        year=card.year,
        of_year=card.of_year,
        judged_on=judged_on(year, today),
        items=tuple(FrozenItem(one.no, one.name, one.published_title) for one in items),
        promises=tuple(_promise(one, owners) for item in items for one in item.promises),
    )


def _promise(one: Standing, owners: dict[str, Words]) -> FrozenPromise:
    promise, judged = one.promise, one.judgement
    return FrozenPromise(
        row=promise.row,
        item=promise.item,
        promise=promise.promise,
        owner=promise.owner,
        owner_name=owners.get(promise.owner, Words(promise.owner, promise.owner)),
        goal=promise.goal,
        shown=_shown(one.shown),
        due=promise.due,
        colour=str(judged.colour),
        why=judged.why,
        late=judged.late,
        forecast=judged.forecast,
        days_late=judged.days_late,
    )


def _shown(one: Shown | None) -> FrozenShown | None:
    return (
        FrozenShown(one.as_of, one.value, one.done, one.unit, one.part, one.whole) if one and not one.withheld else None
    )


def month(actor: Actor, first: date, now: datetime) -> FrozenMonth:
    """All indicators of a month as they stand at a moment. Raises NotAllowed."""
    scope, read_to = Scope(first, first), evidence.read_to()
    names = _names(actor)
    found = indicators.figures(actor, scope, now)
    return FrozenMonth(first, read_to, tuple(_indicator(actor, one, scope, now, names) for one in found))


Names = dict[str, dict[UUID | None, Words]]


def _names(actor: Actor) -> Names:
    """The names of committees and teams in the town's own order."""
    return {
        COMMITTEE: {one.place_id: Words(one.name, one.name_en or one.name) for one in places.committees(actor)},
        TEAM: {one.team_id: Words(one.name_zh, one.name_en) for one in people.teams(actor)},
    }


def _indicator(actor: Actor, figure: Figure, scope: Scope, now: datetime, names: Names) -> FrozenIndicator:
    one = figure.indicator
    lines = [FrozenLine(TOWN, None, WHOLE, figure.share.numerator, figure.share.denominator)]
    for by in (COMMITTEE, TEAM):
        lines += _lines(indicators.lines(actor, one.code, scope, now, by), by, names[by])
    return FrozenIndicator(
        code=one.code,
        version=one.version,
        hash=one.hash,
        name=_words(one.name),
        formula=_words(one.formula),
        none=_words(one.none),
        lines=tuple(lines),
    )


def _words(names: Mapping[str, str]) -> Words:
    return Words(names["zh-Hans"], names["en"])


def _lines(found: Iterable[Line], by: str, names: dict[UUID | None, Words]) -> list[FrozenLine]:
    order = {key: place for place, key in enumerate(names)}
    kept = sorted(found, key=lambda line: order.get(line.key, len(order)))
    return [
        FrozenLine(
            by,
            line.key,
            names.get(line.key, NONE_OF[by]) if line.key else NONE_OF[by],
            line.share.numerator,
            line.share.denominator,
        )
        for line in kept
    ]
