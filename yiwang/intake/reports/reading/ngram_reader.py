"""The first reader: n-grams for the type, names for the place, shingles and distance for duplicates."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from uuid import UUID

import numpy as np

from yiwang.intake.reports.reading.placenames import PlaceNames
from yiwang.intake.reports.reading.reader import (
    Advice,
    ClassSuggestion,
    DepartmentSuggestion,
    DuplicateSuggestion,
    Earlier,
    Message,
    NamedPlace,
    PastCase,
    Reason,
    Recent,
    TypeWords,
)
from yiwang.intake.reports.reading.words import Rows, WordModel, sentences_of
from yiwang.kernel.terms import PlaceId, Point

CLASSES_SHOWN = 5
LEAST_SAID = 0.0005
"""What would be rounded to nothing is not said."""
ROWS_AT_ONCE = 256


class NgramReader:
    """Trained on packs' sentences and a town's past cases; immutable, safe to share between threads."""

    def __init__(
        self, types: Sequence[TypeWords], *, past: Sequence[PastCase] = (), places: Iterable[NamedPlace] = ()
    ) -> None:
        """Train (about a second). The order of `past` is oldest first. Raises ValueError for fewer than two types."""
        self._model = WordModel(sentences_of(types, past))
        departments = {t.code: t.department for t in types}
        self._departments = tuple(sorted(set(departments.values())))
        self._leads = np.array([self._departments.index(departments[code]) for code in self._model.codes])
        """For each of the model's codes the position of the department that leads it."""
        self._names = {t.code: t.name for t in types}
        self._places = PlaceNames(places)

    def knowing(self, places: Iterable[NamedPlace]) -> "NgramReader":
        """The same reader with other places; what it learnt stays, so that this takes no training."""
        other = copy(self)
        other._places = PlaceNames(places)
        return other

    @property
    def version(self) -> str:
        """Which reader, trained on what: stored with every piece of advice, so that a suggestion can be explained later."""
        return f"ngram-{self._model.version}"

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
        """Read one message as it is being typed; nothing is remembered."""
        message = Message(text=text, at=at, point=point, place_id=place_id)
        return self.read_many([message], recent=recent, kinds=kinds)[0]

    def read_many(
        self, messages: Iterable[Message], *, recent: Recent | None = None, kinds: str = "CEH"
    ) -> list[Advice]:
        """Read messages in order; each that has a `ref` joins `recent`, so that the next are compared with it."""
        waiting = list(messages)
        advice_list: list[Advice] = []
        for start in range(0, len(waiting), ROWS_AT_ONCE):
            part = waiting[start : start + ROWS_AT_ONCE]
            rows = self._model.rows([message.text for message in part])
            chances = self._model.probabilities(rows, kinds)
            advice_list += [self._one(part[row], rows, row, chances[row], recent) for row in range(len(part))]
        return advice_list

    def _one(self, message: Message, rows: Rows, row: int, chances: np.ndarray, recent: Recent | None) -> Advice:
        said_something = rows.indptr[row + 1] > rows.indptr[row]
        classes = self._classes(rows, row, chances) if said_something else ()
        places = self._places.find(message.text)
        duplicates: tuple[DuplicateSuggestion, ...] = ()
        if recent is not None:
            duplicates = recent.similar(
                message, {c.code: c.probability for c in classes}, [p.place_id for p in places[:1]]
            )
            if message.ref is not None:
                recent.add(_remembered(message, message.ref, places[0].place_id if places else None, classes))
        department = self._department(chances) if said_something else None
        return Advice(classes, department, places, duplicates, self.version)

    def _classes(self, rows: Rows, row: int, chances: np.ndarray) -> tuple[ClassSuggestion, ...]:
        best = np.argsort(-chances, kind="stable")[:CLASSES_SHOWN]
        return tuple(
            ClassSuggestion(
                self._model.codes[position], round(float(chances[position]), 3), self._words(rows, row, int(position))
            )
            for position in best
            if chances[position] >= LEAST_SAID
        )

    def _words(self, rows: Rows, row: int, position: int) -> Reason:
        words = self._model.words_for(rows, row, position)
        if not words:
            return Reason("reading.class.weak")
        return Reason("reading.class.words", (("words", "、".join(words)),))

    def _department(self, chances: np.ndarray) -> DepartmentSuggestion:
        sums = np.bincount(self._leads, weights=chances)
        best = int(sums.argmax())
        leading = self._model.codes[int(np.where(self._leads == best, chances, -1.0).argmax())]
        reason = Reason("reading.department.leads", (("type", self._names[leading]),))
        return DepartmentSuggestion(self._departments[best], round(float(sums[best]), 3), reason)


def _remembered(message: Message, ref: UUID, place_id: PlaceId | None, classes: Sequence[ClassSuggestion]) -> Earlier:
    """What later messages are compared with: no one has chosen its type yet, so the best guess stands for it."""
    return Earlier(
        ref=ref,
        kind=message.kind,
        text=message.text,
        at=message.at,
        point=message.point,
        place_id=message.place_id or place_id,
        code=classes[0].code if classes else None,
    )
