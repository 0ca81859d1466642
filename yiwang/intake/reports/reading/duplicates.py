"""Earlier messages that may be about the same thing: by text, place and time. Never by who sent them.

The probability is a logistic function. The weights of text, time and great distance were set so that it is honest for 107 pairs
of real messages that one reader labelled (benchmarks/reading.py; docs/adr/0010); none of them has a place, so that the other
weights are set by hand (they are in `WEIGHTS` to be learnt later):

    z = base + text·J + same_type·T + place − per_day·days        p = 1 / (1 + e^−z)

J: Jaccard similarity of the two texts' character triples (0–1). T: 1 where the earlier one's type is
the first suggested, for the others as much less as they are less likely.
place: `same_place` where both name the same place, else by distance d in metres `near·e^(−d/near_metres)`, and `far` beyond
one kilometre; 0 when either has no place. So the same text counts even without a place (0.99 after two months), other words
about the same type of thing at the same spot reach about 0.85, and neither the place nor the type alone suffices.
"""

import math
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from yiwang.intake.reports.reading.cleaning import for_shingles
from yiwang.intake.reports.reading.reader import DuplicateSuggestion, Earlier, Message, Reason
from yiwang.kernel.terms import PlaceId, Point

if TYPE_CHECKING:
    from datasketch import MinHash  # half a second that commands need not wait for

PERMUTATIONS = 64
TEXT_THRESHOLD = 0.4
"""Pairs less alike are found by place only."""
BANDS_AND_ROWS = (16, 4)
"""What MinHashLSH reckons for this threshold and these permutations, in 60 ms each time (a test compares)."""
CHARACTERS_COMPARED = 500
CELL_DEGREES = 0.005
"""About 500 m; a message is compared with its own cell and the eight around it."""
NEIGHBOURS_MOST = 60
"""The newest of those nearby, so that one busy corner does not slow the desk."""
FAR_METRES = 1000.0
PROBABILITY_LEAST = 0.3
MOST = 5

WEIGHTS = {
    "base": -4.0,
    "text": 11.0,
    "same_type": 1.8,
    "same_place": 2.6,
    "near": 2.9,
    "near_metres": 150.0,
    "far": -3.0,
    "per_day": 0.045,
}


@dataclass(frozen=True, slots=True)
class _Known:
    earlier: Earlier
    shingles: "array[int]"
    """As 32-bit numbers: a set takes twenty times the room."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two messages have in common; `text` and `same_type` run from 0 to 1.

    `metres` is None when either has no point; `days` is never negative.
    """

    text: float
    same_type: float
    same_place: bool
    metres: float | None
    days: float


def probability(likeness: Likeness) -> float:
    """The formula above."""
    w = WEIGHTS
    z = w["base"] + w["text"] * likeness.text + w["same_type"] * likeness.same_type - w["per_day"] * likeness.days
    return 1 / (1 + math.exp(-(z + _place_term(likeness))))


def _place_term(likeness: Likeness) -> float:
    if likeness.same_place:
        return WEIGHTS["same_place"]
    if likeness.metres is None:
        return 0.0
    if likeness.metres > FAR_METRES:
        return WEIGHTS["far"]
    return WEIGHTS["near"] * math.exp(-likeness.metres / WEIGHTS["near_metres"])


def metres_between(one: Point, other: Point) -> float:
    """Distance on the ground in metres; flat, good to a part in a thousand within a town."""
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = (one.longitude - other.longitude) * 111_320 * math.cos(middle)
    north = (one.latitude - other.latitude) * 110_900
    return math.hypot(east, north)


class RecentIndex:
    """Earlier messages, arranged by text and by place. Kept by one process and one thread; fill it from open cases.

    How far back it reaches is the caller's choice (a month is enough; `remove` what has left).
    """

    def __init__(self, earlier: Iterable[Earlier] = ()) -> None:
        from datasketch import MinHashLSH  # half a second that commands need not wait for

        self._lsh = MinHashLSH(num_perm=PERMUTATIONS, params=BANDS_AND_ROWS)
        self._known: dict[UUID, _Known] = {}
        self._cells: defaultdict[tuple[int, int], list[UUID]] = defaultdict(list)
        self._places: defaultdict[PlaceId, list[UUID]] = defaultdict(list)
        for row in earlier:
            self.add(row)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, ref: UUID) -> bool:
        return ref in self._known

    def add(self, earlier: Earlier) -> None:
        """Remember one; a ref already known is replaced."""
        known = self._known.get(earlier.ref)
        if known is not None and known.earlier == earlier:
            return
        self.remove(earlier.ref)
        shingles, signature = _fingerprint(earlier.text)
        self._known[earlier.ref] = _Known(earlier, array("I", shingles))
        if shingles:
            self._lsh.insert(earlier.ref, signature, check_duplication=False)
        if earlier.point:
            self._cells[_cell(earlier.point)].append(earlier.ref)
        if earlier.place_id:
            self._places[earlier.place_id].append(earlier.ref)

    def remove(self, ref: UUID) -> None:
        """Forget one; an unknown ref is no fault."""
        known = self._known.pop(ref, None)
        if known is None:
            return
        if known.shingles:
            self._lsh.remove(ref)
        if known.earlier.point:
            self._cells[_cell(known.earlier.point)].remove(ref)
        if known.earlier.place_id:
            self._places[known.earlier.place_id].remove(ref)

    def prune(self, since: datetime, most: int) -> None:
        """Forget what was told before this moment, and the oldest of what is left beyond so many."""
        by_age = sorted(self._known.values(), key=lambda known: (known.earlier.at, known.earlier.ref))
        for position, known in enumerate(by_age, start=-len(by_age)):
            if known.earlier.at < since or position < -most:
                self.remove(known.earlier.ref)

    def similar(
        self, message: Message, codes: Mapping[str, float] | None = None, places: Sequence[PlaceId] = ()
    ) -> tuple[DuplicateSuggestion, ...]:
        """The likely duplicates, best first, at most five. `codes`: suggested types with their
        probability; `places`: places the text names."""
        if not self._known:
            return ()
        shingles, signature = _fingerprint(message.text)
        named = {message.place_id} if message.place_id else set(places)
        found = []
        for ref in self._candidates(message, signature if shingles else None, named):
            known = self._known[ref]
            likeness = _likeness(message, shingles, known, codes or {}, named)
            chance = probability(likeness)
            if chance >= PROBABILITY_LEAST and ref != message.ref:
                found.append(DuplicateSuggestion(known.earlier.kind, ref, round(chance, 3), _reason(likeness)))
        found.sort(key=lambda suggestion: (-suggestion.probability, suggestion.ref))
        return tuple(found[:MOST])

    def _candidates(self, message: Message, signature: "MinHash | None", places: set[PlaceId]) -> set[UUID]:
        alike = set(self._lsh.query(signature)) if signature else set()
        nearby: list[UUID] = []
        for cell in _cells_around(message.point):
            nearby += self._cells.get(cell, ())
        for place_id in places:
            nearby += self._places.get(place_id, ())
        return alike | set(nearby[-NEIGHBOURS_MOST:])


def _likeness(
    message: Message, shingles: frozenset[int], known: _Known, codes: Mapping[str, float], places: set[PlaceId]
) -> Likeness:
    earlier = known.earlier
    shared = len(shingles.intersection(known.shingles))
    either = len(shingles) + len(known.shingles) - shared
    metres = metres_between(message.point, earlier.point) if message.point and earlier.point else None
    return Likeness(
        text=shared / either if either else 0.0,
        same_type=codes.get(earlier.code or "", 0.0) / max(codes.values(), default=1.0),
        same_place=earlier.place_id is not None and earlier.place_id in places,
        metres=metres,
        days=abs((message.at - earlier.at).total_seconds()) / 86_400,
    )


def _reason(likeness: Likeness) -> Reason:
    place = "unknown"
    if likeness.same_place:
        place = "same"
    elif likeness.metres is not None:
        place = "near"
    parameters = (
        ("text", f"{likeness.text:.0%}"),
        ("metres", "" if likeness.metres is None else f"{likeness.metres:.0f}"),
        ("days", f"{likeness.days:.0f}"),
    )
    return Reason(f"reading.duplicate.{place}", parameters)


@lru_cache(maxsize=8)
def _fingerprint(text: str) -> "tuple[frozenset[int], MinHash]":
    """The text's shingles and their signature; kept for a moment, because what is compared is mostly remembered next."""
    shingles = _shingles(text)
    signature = _empty().copy()
    signature.update_batch(shingles)
    return shingles, signature


@lru_cache(maxsize=1)
def _empty() -> "MinHash":
    """Copied for each message: making the permutations anew costs more than a whole signature."""
    from datasketch import MinHash  # half a second that commands need not wait for

    return MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int)


def _shingles(text: str) -> frozenset[int]:
    """The text's character triples, each as a number (CRC-32)."""
    flat = for_shingles(text[:CHARACTERS_COMPARED])
    if len(flat) < 3:
        return frozenset({zlib.crc32(flat.encode())} if flat else ())
    return frozenset(map(zlib.crc32, map(str.encode, {flat[at : at + 3] for at in range(len(flat) - 2)})))


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.longitude / CELL_DEGREES), math.floor(point.latitude / CELL_DEGREES)


def _cells_around(point: Point | None) -> Iterator[tuple[int, int]]:
    if point is None:
        return
    column, row = _cell(point)
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            yield column + east, row + north
