"""Which case type a message is about: ridge regression on character n-grams.

Training solves one linear system whose size is the number of sentences (some seconds for four thousand), so it is done again
at start and nothing is stored. The same sentences give the same numbers. Leaving each sentence out in turn costs nothing with
ridge regression (the closed form), and those left-out scores set the two temperatures that make scores into probabilities.
A left-out sentence is scored exactly as a new message would be: what only it says is unknown then (_of_unknown_words).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from yiwang.intake.reports.reading.cleaning import for_words
from yiwang.intake.reports.reading.reader import PastCase, TypeWords

CHARACTERS_READ = 300
"""A complaint says what it is about at its beginning; more text made no better guesses and takes longer."""
SENTENCES_MOST = 4000
"""Training time grows with the cube; the newest past cases are taken."""
RIDGE = 0.5
TYPE_TEMPERATURES = (4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 20.0, 26.0)
CLASS_TEMPERATURES = (0.0, 4.0, 6.0, 8.0, 10.0, 12.0)
WORDS_SHOWN = 3

Array = np.ndarray
Rows = Any
"""A sparse matrix (scipy's CSR) of texts by n-grams."""


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    code: str


def sentences_of(types: Sequence[TypeWords], past: Sequence[PastCase]) -> list[Sentence]:
    """The packs' sentences and names, and the newest past cases of known types, at most SENTENCES_MOST altogether."""
    own = [Sentence(example, t.code) for t in types for example in t.examples]
    own += [Sentence(name, t.code) for t in types for name in (t.name, t.class_name + t.name)]
    codes = {t.code for t in types}
    learnt = [Sentence(case.text, case.code) for case in past if case.code in codes and case.text.strip()]
    room = max(0, SENTENCES_MOST - len(own))
    return own + (learnt[-room:] if room else [])


def class_of(code: str) -> str:
    """The 大类 of a 小类: `E-01-03` → `E-01`."""
    return code.rsplit("-", 1)[0]


class WordModel:
    """A trained model: `probabilities(texts)` over `codes`, and the words that spoke for one code."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        """Train. Raises ValueError when there are not two types to tell apart."""
        self.codes: tuple[str, ...] = tuple(sorted({s.code for s in sentences}))
        if len(self.codes) < 2:
            raise ValueError("a reader needs sentences of at least two case types")
        self.version = _hash_of(sentences)
        from sklearn.feature_extraction.text import TfidfVectorizer  # a second that commands need not wait for

        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False, dtype=np.float32
        )
        rows = self._vectorizer.fit_transform([for_words(s.text, CHARACTERS_READ) for s in sentences]).tocsr()
        self._features = self._vectorizer.get_feature_names_out()
        self._parents, targets, right = self._targets(sentences)
        self._prior = targets.mean(axis=0)
        left_out, dual = _ridge(rows, targets - self._prior)
        left_out = left_out * _of_unknown_words(rows)[:, None] + self._prior
        self._weights = np.asarray(rows.T @ dual.astype(np.float32))
        self._usual = self._weights[:, : len(self.codes)].mean(axis=1)
        self._temperatures = self._fit_temperatures(left_out, right)

    def _targets(self, sentences: Sequence[Sentence]) -> tuple[Array, Array, Array]:
        classes = sorted({class_of(code) for code in self.codes})
        parents = np.array([classes.index(class_of(code)) for code in self.codes])
        number = {code: position for position, code in enumerate(self.codes)}
        right = np.array([number[s.code] for s in sentences])
        types = np.eye(len(self.codes))[right]
        return parents, np.hstack([types, np.eye(len(classes))[parents[right]]]), right

    def _fit_temperatures(self, left_out: Array, right: Array) -> tuple[float, float]:
        """The pair under which the left-out sentences are least surprising (log loss)."""

        def surprise(pair: tuple[float, float]) -> float:
            chances = _softmax(self._logits(left_out, pair))
            return float(-np.log(chances[np.arange(len(right)), right] + 1e-12).mean())

        return min(((a, b) for a in TYPE_TEMPERATURES for b in CLASS_TEMPERATURES), key=surprise)

    def _logits(self, scores: Array, temperatures: tuple[float, float]) -> Array:
        types = len(self.codes)
        by_type, by_class = temperatures
        return by_type * scores[:, :types] + by_class * scores[:, types:][:, self._parents]

    def rows(self, texts: Sequence[str]) -> Rows:
        """The n-grams of each text, weighted; one row per text."""
        return self._vectorizer.transform([for_words(text, CHARACTERS_READ) for text in texts]).tocsr()

    def probabilities(self, rows: Rows, kinds: str) -> Array:
        """Chance of each of `codes` per row, among the types of these kinds (first letter); others have 0."""
        logits = self._logits(rows @ self._weights + self._prior, self._temperatures)
        outside = [position for position, code in enumerate(self.codes) if code[0] not in kinds]
        logits[:, outside] = -np.inf
        return _softmax(logits)

    def words_for(self, rows: Rows, row: int, code_position: int) -> tuple[str, ...]:
        """The strongest n-grams of one message for one type against the average type, longest first among overlapping."""
        start, end = rows.indptr[row], rows.indptr[row + 1]
        columns, values = rows.indices[start:end], rows.data[start:end]
        force = values * (self._weights[columns, code_position] - self._usual[columns])
        best = np.argsort(-force)[:24]
        return _distinct(self._features[columns[best[force[best] > 0]]].tolist())


def _distinct(grams: list[str]) -> tuple[str, ...]:
    """At most WORDS_SHOWN grams of two characters or more, none a part of another; in order of force."""
    whole = [gram for gram in map(str.strip, grams) if len(gram) > 1 and " " not in gram]
    shown: list[str] = []
    for gram in whole:
        if len(shown) == WORDS_SHOWN:
            break
        longer = next((other for other in whole if gram in other and gram != other), gram)
        if not any(longer in word or word in longer for word in shown):
            shown.append(longer)
    return tuple(shown)


def _ridge(rows: Rows, targets: Array) -> tuple[Array, Array]:
    """Scores of each sentence by a model that has not seen it, and the dual weights of the model that has seen all."""
    kernel = (rows @ rows.T).toarray().astype(np.float64)
    # On one core: with several, OpenBLAS inverts on the stack of the calling thread, half a megabyte for each halving of the
    # matrix. A thread of the web server has two megabytes, and the whole process was ended by the operating system.
    with threadpool_limits(limits=1, user_api="blas"):
        inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(kernel)))
        dual = inverse @ targets
    return targets - dual / np.diag(inverse)[:, None], dual


def _of_unknown_words(rows: Rows) -> Array:
    """How much larger the scores of each sentence are when the n-grams that no other sentence has are unknown.

    A message is brought to length one over the n-grams that are known. A model without the sentence does not know those that only
    it has; they take part of its length here and would make its scores too small, and the probabilities of real messages too sure.
    """
    known = rows.multiply(np.bincount(rows.indices, minlength=rows.shape[1]) > 1)
    length = np.sqrt(np.asarray(known.multiply(known).sum(axis=1)).ravel())
    return np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)


def _softmax(logits: Array) -> Array:
    spread = np.exp(logits - logits.max(axis=1, keepdims=True))
    return spread / spread.sum(axis=1, keepdims=True)


def _hash_of(sentences: Sequence[Sentence]) -> str:
    """Twelve hex digits over the sentences and the settings: the same reader has the same version."""
    digest = hashlib.sha256(f"ridge-2 {RIDGE} {CHARACTERS_READ}".encode())
    for sentence in sentences:
        digest.update(f"\0{sentence.code}\0{sentence.text}".encode())
    return digest.hexdigest()[:12]
