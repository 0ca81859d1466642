"""What an address and its options name: a set's page, or one entity, with what is expanded in them.

A bounded number of statements: each navigation property that is expanded is asked for once, for all the entities of its level together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from yiwang.gateways.sensorthings_api import conditions
from yiwang.gateways.sensorthings_api.problems import NoSuchEntity
from yiwang.gateways.sensorthings_api.town import Town, observation, read_observation_id, stream_number
from yiwang.intake.sensing.observed import (
    MOST_COUNTED,
    Condition,
    Observed,
    Test,
    observed,
    observed_count,
    observed_each,
)
from yiwang.kernel.terms import Actor
from yiwang.wire.sensorthings.addresses import Address, Hop, entity_address, link, write_address
from yiwang.wire.sensorthings.entities import Entity, Page
from yiwang.wire.sensorthings.expressions import Expression
from yiwang.wire.sensorthings.fields import Refused
from yiwang.wire.sensorthings.judging import holds, sort_key, values
from yiwang.wire.sensorthings.model import FORMS
from yiwang.wire.sensorthings.options import Options, query_string

USUAL, MOST = 100, 1_000
"""Entities on a page where the client does not say, and at most."""
USUAL_INSIDE = 20
"""Readings inside each entity where the client does not say."""
MOST_INSIDE = 20_000
"""Entities in one answer."""


class Asking:
    """One request: who asks, when, and of what town."""

    def __init__(self, actor: Actor, town: Town, base: str, now: datetime) -> None:
        self._actor, self._town, self._base, self._now = actor, town, base, now
        self._inside = 0

    def page(self, address: Address, options: Options) -> tuple[Page, bool]:
        """The entities of a set, and whether the count is only the least that there are. Raises NoSuchEntity, Refused."""
        if address.entity == "Observation":
            return self._observations(address, options)
        found = self._sorted(self._matching(self._set(address), options), options)
        top = _top(options)
        shown = found[options.skip : options.skip + top]
        more = len(found) > options.skip + top and top
        page = Page(
            tuple(self._expanded(shown, options)),
            len(found) if options.count else None,
            self._next(address, replace(options, skip=options.skip + top)) if more else "",
        )
        return page, False

    def one(self, address: Address, options: Options) -> Entity:
        """One entity. Raises NoSuchEntity, Refused."""
        return self._expanded([self._entity(address)], options)[0]

    # --- where an address leads

    def _entity(self, address: Address) -> Entity:
        *before, last = address.hops
        if last.id is None:
            parent = self._entity(Address(tuple(before)))
            found = next(iter(self._town.behind(parent, last.name)), None)
        elif address.entity == "Observation":
            found = self._observation(tuple(before), last.id)
        else:
            found = self._town.one(address.entity, last.id)
            if before and found is not None:
                among = self._town.behind(self._entity(Address(tuple(before))), last.name)
                found = found if found in among else None
        if found is None:
            raise NoSuchEntity(asked=write_address(address)[:80])
        return found

    def _observation(self, before: tuple[Hop, ...], identifier: str) -> Entity | None:
        named = read_observation_id(identifier)
        if named is None or named[0] not in self._streams(before):
            return None
        rows = observed(self._actor, [named[0]], Test("at", "eq", named[1]), most=1)
        return observation(rows[0]) if rows else None

    def _set(self, address: Address) -> list[Entity]:
        *before, last = address.hops
        if not before:
            return self._town.all(address.entity)
        return self._town.behind(self._entity(Address(tuple(before))), last.name)

    def _streams(self, before: tuple[Hop, ...]) -> Iterable[int]:
        """The streams whose readings stand at an address, by what leads there."""
        return self._town.streams_of(self._entity(Address(before))) if before else self._town.streams

    # --- entities in memory

    def _matching(self, found: Sequence[Entity], options: Options) -> list[Entity]:
        if options.filter is None:
            return list(found)
        return [one for one in found if holds(options.filter, self._town.look(one), self._now)]

    def _sorted(self, found: list[Entity], options: Options) -> list[Entity]:
        for order in reversed(options.orderby):
            found = sorted(found, key=lambda one: self._key(one, order.by), reverse=order.descending)
        return found

    def _key(self, one: Entity, by: Expression) -> tuple[int, object]:
        return min(sort_key(value) for value in values(by, self._town.look(one), self._now, "$orderby"))

    # --- readings

    def _observations(self, address: Address, options: Options) -> tuple[Page, bool]:
        streams, condition = self._asked(self._streams(address.hops[:-1]), options)
        newest, top = conditions.newest_first(options.orderby), _top(options)
        rows = observed(self._actor, streams, condition, descending=newest, skip=options.skip, most=top + 1)
        count = observed_count(self._actor, streams, condition) if options.count else None
        shown = rows[:top]
        more = len(rows) > top and shown
        found = self._expanded([observation(one) for one in shown], options)
        if options.data_array:
            found = [_with_stream(one) for one in found]
        page = Page(tuple(found), count, self._next(address, _following(options, shown)) if more else "")
        return page, count == MOST_COUNTED

    def _asked(self, streams: Iterable[int], options: Options) -> tuple[list[int], Condition]:
        """Of the streams, those that the condition lets through, and what it asks of their readings."""
        of_streams, of_rows = conditions.in_two(options.filter)
        kept = [one for one in streams if all(self._lets(term, one) for term in of_streams)]
        return kept, conditions.of_readings(of_rows, self._now)

    def _lets(self, term: Expression, stream: int) -> bool:
        return holds(term, self._town.look(Entity("Observation", f"{stream}-0")), self._now)

    # --- what is expanded

    def _expanded(self, ones: Sequence[Entity], options: Options) -> list[Entity]:
        self._inside += len(ones)
        if self._inside > MOST_INSIDE:
            raise Refused(f"more than {MOST_INSIDE} entities in one answer", "$expand")
        found = list(ones)
        for asked in options.expand if ones else ():
            way = FORMS[ones[0].kind].ways[asked.way]
            many = self._readings_of if way.target == "Observation" else self._behind_each
            pages = many(ones, asked.way, asked.options)
            flat = iter(self._expanded([one for page in pages for one in page.entities], asked.options))
            whole = [replace(page, entities=tuple(next(flat) for _ in page.entities)) for page in pages]
            found = [
                replace(one, inside={**one.inside, asked.way: page if way.many else next(iter(page.entities), None)})
                for one, page in zip(found, whole, strict=True)
            ]
        return found

    def _behind_each(self, ones: Sequence[Entity], way: str, options: Options) -> list[Page]:
        pages = []
        for one in ones:
            found = self._sorted(self._matching(self._town.behind(one, way), options), options)
            end = options.skip + _top(options)
            more = len(found) > end > options.skip
            pages.append(
                Page(
                    tuple(found[options.skip : end]),
                    len(found) if options.count else None,
                    self._next(_below(one, way), replace(options, skip=end)) if more else "",
                )
            )
        return pages

    def _readings_of(self, ones: Sequence[Entity], way: str, options: Options) -> list[Page]:
        if options.count:
            raise Refused("readings are counted only where they are asked for by themselves", "$expand")
        top = USUAL_INSIDE if options.top is None else min(options.top, MOST)
        own = [set(self._town.streams_of(one)) for one in ones]
        streams, condition = self._asked({one for each in own for one in each}, options)
        if len(streams) * (options.skip + top) > MOST_INSIDE:
            raise Refused(f"{len(streams)} Datastreams with {top} Observations each; ask for fewer", "$expand")
        newest = conditions.newest_first(options.orderby)
        rows = observed_each(self._actor, streams, condition, descending=newest, most=options.skip + top + 1)
        return [
            self._page_of(one, way, _merged(rows, each, newest), options, top)
            for one, each in zip(ones, own, strict=True)
        ]

    def _page_of(self, one: Entity, way: str, rows: Sequence[Observed], options: Options, top: int) -> Page:
        shown = rows[options.skip : options.skip + top]
        more = len(rows) > options.skip + top and shown
        asked = replace(options, top=top)
        following = self._next(_below(one, way), _following(asked, shown)) if more else ""
        return Page(tuple(observation(row) for row in shown), None, following)

    def _next(self, address: Address, options: Options) -> str:
        return f"{link(self._base, address)}?{query_string(options)}"


def _top(options: Options) -> int:
    return USUAL if options.top is None else min(options.top, MOST)


def _below(one: Entity, way: str) -> Address:
    return Address((*entity_address(one.kind, one.id or "").hops, Hop(way)))


def _with_stream(one: Entity) -> Entity:
    return replace(one, inside={**one.inside, "Datastream": Entity("Datastream", str(stream_number(one)))})


def _merged(rows: Mapping[int, Sequence[Observed]], streams: Iterable[int], newest: bool) -> list[Observed]:
    found = sorted((row for stream in sorted(streams) for row in rows.get(stream, ())), key=lambda row: row.stream_id)
    return sorted(found, key=lambda row: row.at, reverse=newest)


def _following(options: Options, shown: Sequence[Observed]) -> Options:
    """The options of what follows the rows that are shown."""
    last = shown[-1].at
    same = sum(1 for row in shown if row.at == last)
    if same == len(shown) and options.skip:
        return replace(options, skip=options.skip + same, count=None)
    return conditions.after(options, last, same)
