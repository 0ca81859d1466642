"""Places named in a message: as written, as heard (pinyin), or nearly so (one character off)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rapidfuzz import fuzz

from yiwang.intake.reports.reading.cleaning import for_names
from yiwang.intake.reports.reading.reader import NamedPlace, PlaceSuggestion, Reason
from yiwang.kernel.terms import PlaceId

SCORE_WRITTEN = 1.0
SCORE_ALIAS = 0.95
SCORE_HEARD = 0.8
SCORE_NEARLY = 0.75
NEARLY_PERCENT = 75.0
"""One wrong character in four."""
SHORTEST_WRITTEN = 2
SHORTEST_HEARD = 3
SHORTEST_NEARLY = 4
CHARACTERS_SEARCHED = 600
MOST = 5

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    shown: str
    place: NamedPlace
    alias: bool
    pairs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Hit:
    span: Span
    name: _Name
    score: float
    reason: Reason


class PlaceNames:
    """All names of a town, indexed by their first two characters and first two syllables."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        names = [name for place in places for name in _names_of(place)]
        self._by_start: dict[str, list[_Name]] = {}
        self._by_sound: dict[tuple[str, str], list[tuple[tuple[str, ...], _Name]]] = {}
        for name in names:
            if len(name.text) >= SHORTEST_WRITTEN:
                self._by_start.setdefault(name.text[:2], []).append(name)
            if len(name.text) >= SHORTEST_HEARD:
                sounds = sounds_of(name.text)
                self._by_sound.setdefault((sounds[0], sounds[1]), []).append((sounds, name))

    def find(self, text: str) -> tuple[PlaceSuggestion, ...]:
        """The places named in the text, best first, at most five; a name inside a longer found name does not count."""
        flat = for_names(text[:CHARACTERS_SEARCHED])
        pairs = [flat[at : at + 2] for at in range(len(flat) - 1)]
        hits = self._written(flat, pairs)
        hits += [hit for hit in self._heard(flat) if not _covered(hit.span, hits)]
        hits += [hit for hit in self._nearly(flat, set(pairs)) if not _covered(hit.span, hits)]
        return _best_per_place(_outermost(hits))

    def _written(self, flat: str, pairs: list[str]) -> list[_Hit]:
        begun = self._by_start.keys() & set(pairs)
        return [
            _Hit((at, at + len(name.text)), name, *_written_score(name))
            for at, pair in enumerate(pairs)
            if pair in begun
            for name in self._by_start[pair]
            if flat.startswith(name.text, at)
        ]

    def _heard(self, flat: str) -> list[_Hit]:
        sounds = sounds_of(flat)
        begun = self._by_sound.keys() & set(pairwise(sounds))
        hits = []
        for at, pair in enumerate(pairwise(sounds)):
            for wanted, name in self._by_sound[pair] if pair in begun else ():
                end = at + len(wanted)
                if sounds[at:end] == wanted and flat[at:end] != name.text:
                    reason = Reason("reading.place.heard", (("written", flat[at:end]), ("name", name.shown)))
                    hits.append(_Hit((at, end), name, SCORE_HEARD, reason))
        return hits

    def _nearly(self, flat: str, pairs: set[str]) -> list[_Hit]:
        """Names with one character off; only those can be meant whose beginning stands in the text (`_same_stem`)."""
        begun = (name for pair in sorted(pairs & self._by_start.keys()) for name in self._by_start[pair])
        hits = []
        for name in begun:
            if len(name.text) < SHORTEST_NEARLY or 3 * len(pairs & name.pairs) < len(name.text) - 1:
                continue
            near = fuzz.partial_ratio_alignment(name.text, flat, score_cutoff=NEARLY_PERCENT)
            if near is None or near.score >= 100 or near.dest_end - near.dest_start < len(name.text) - 1:
                continue
            written = flat[near.dest_start : near.dest_end]
            if not _same_stem(written, name.text):
                continue
            reason = Reason("reading.place.nearly", (("written", written), ("name", name.shown)))
            hits.append(_Hit((near.dest_start, near.dest_end), name, SCORE_NEARLY * near.score / 100, reason))
        return hits


def _same_stem(written: str, name: str) -> bool:
    """Not only the common ending agrees: 红旗小区 is not 红星小区, and 三村 is not 二村; a short name must agree at its start."""
    numbers = set("〇一二三四五六七八九十")
    return written[:2] == name[:2] and [c for c in written if c in numbers] == [c for c in name if c in numbers]


def _names_of(place: NamedPlace) -> list[_Name]:
    written = [(place.name, False), *((alias, True) for alias in place.aliases)]
    names = [(for_names(shown), shown, alias) for shown, alias in written]
    return [_Name(text, shown, place, alias, frozenset(_pairs(text))) for text, shown, alias in names if text]


def _written_score(name: _Name) -> tuple[float, Reason]:
    if name.alias:
        parameters = (("written", name.shown), ("name", name.place.name))
        return SCORE_ALIAS, Reason("reading.place.alias", parameters)
    return SCORE_WRITTEN, Reason("reading.place.written", (("name", name.shown),))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


@cache
def _sound(character: str) -> str:
    """One character's usual syllable without tone; zh/z, ch/c, sh/s and -ng/-n are one, as many people here speak."""
    from pypinyin import Style, pinyin  # half a second of a start, and pages are served before messages are read

    syllable = pinyin(character, style=Style.NORMAL, errors="default")[0][0]
    for written, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(written):
            syllable = heard + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


def sounds_of(text: str) -> tuple[str, ...]:
    """The syllable of each character; always as many as there are characters."""
    return tuple(map(_sound, text))


def _covered(span: Span, hits: Sequence[_Hit]) -> bool:
    return any(hit.span[0] < span[1] and span[0] < hit.span[1] for hit in hits)


def _outermost(hits: list[_Hit]) -> list[_Hit]:
    """Without the hits that lie inside a longer one."""
    return [
        hit
        for hit in hits
        if not any(
            other.span != hit.span and other.span[0] <= hit.span[0] and hit.span[1] <= other.span[1] for other in hits
        )
    ]


def _best_per_place(hits: list[_Hit]) -> tuple[PlaceSuggestion, ...]:
    best: dict[PlaceId, _Hit] = {}
    for hit in hits:
        known = best.get(hit.name.place.place_id)
        if known is None or hit.score > known.score:
            best[hit.name.place.place_id] = hit
    order = sorted(best.values(), key=lambda hit: (-hit.score, -len(hit.name.text), hit.span, hit.name.text))
    return tuple(
        PlaceSuggestion(h.name.place.place_id, h.name.place.name, round(h.score, 3), h.reason) for h in order[:MOST]
    )
