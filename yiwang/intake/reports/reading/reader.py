"""What a reader of messages is asked and what it answers. A better reader goes behind the same `Reader`.

A reader proposes; a person files (design §1). Who sent the message is not asked and cannot be: no input here has a place
for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from yiwang.kernel.terms import PlaceId, Point
from yiwang.kernel.wording import word


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: a key of `texts/` and what stands between the braces. Plain data, can be stored."""

    key: str
    parameters: tuple[tuple[str, str], ...] = ()

    def said(self, language: str = "zh-Hans") -> str:
        """The sentence for a person."""
        return word(self.key, language).format(**dict(self.parameters))


@dataclass(frozen=True, slots=True)
class ClassSuggestion:
    """A case type's code, with the probability (0–1) that a person would choose it."""

    code: str
    probability: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class DepartmentSuggestion:
    """The lead department: probabilities of the types it leads, added up."""

    code: str
    probability: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class PlaceSuggestion:
    """A place named in the message. `score` (0–1) orders; it is not a probability."""

    place_id: PlaceId
    name: str
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class DuplicateSuggestion:
    """An earlier case or report that may be about the same thing."""

    kind: str
    """`case` or `report`."""
    ref: UUID
    probability: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Advice:
    """What a reader made of one message; each list is best first. `reader` says which reader, trained on what."""

    classes: tuple[ClassSuggestion, ...]
    department: DepartmentSuggestion | None
    places: tuple[PlaceSuggestion, ...]
    duplicates: tuple[DuplicateSuggestion, ...]
    reader: str


@dataclass(frozen=True, slots=True)
class TypeWords:
    """What the reader learns of one case type from its pack."""

    code: str
    name: str
    department: str
    examples: tuple[str, ...]
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class PastCase:
    """A message a person filed: the best teacher. The text alone, without names and numbers of people."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that may be named in a message."""

    place_id: PlaceId
    name: str
    aliases: tuple[str, ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be read. With a `ref`, later messages of the same `recent` are compared with it."""

    text: str
    at: datetime
    point: Point | None = None
    place_id: PlaceId | None = None
    ref: UUID | None = None
    kind: str = "report"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case or report to compare with. `code`: its case type, where a person has chosen one."""

    ref: UUID
    kind: str
    text: str
    at: datetime
    point: Point | None = None
    place_id: PlaceId | None = None
    code: str | None = None


class Recent(Protocol):
    """Earlier messages, arranged for finding duplicates (`duplicates.RecentIndex`)."""

    def add(self, earlier: Earlier) -> None: ...

    def remove(self, ref: UUID) -> None: ...

    def similar(
        self, message: Message, codes: Mapping[str, float] | None = None, places: Sequence[PlaceId] = ()
    ) -> tuple[DuplicateSuggestion, ...]: ...


class Reader(Protocol):
    """Reads messages. Cannot change once made; a town that has learnt more makes a new one."""

    @property
    def version(self) -> str: ...

    def read(
        self,
        text: str,
        *,
        at: datetime,
        recent: Recent | None = None,
        point: Point | None = None,
        place_id: PlaceId | None = None,
        kinds: str = "CEH",
    ) -> Advice:
        """Read one message. `kinds`: the kinds of case types to choose from (C component, E event, H demand)."""
        ...

    def read_many(
        self, messages: Iterable[Message], *, recent: Recent | None = None, kinds: str = "CEH"
    ) -> list[Advice]:
        """Read messages in order; each that has a `ref` joins `recent` after it was read."""
        ...
