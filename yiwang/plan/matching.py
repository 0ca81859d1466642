"""Which words of a published plan mean which of the town's own promises. Pure; it only proposes.

The promises are in other words than the plan, so pairs of characters are compared: rare ones weigh more, and only within an item.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 0.08
"""How much of the words must be alike. Measured on the plan of 2019 against the enumeration of its rows: here 159 proposals are
right and 7 wrong; at 0.05 it is 183 and 15, at 0.12 it is 133 and 1."""
MOST_ROWS = 2
"""So many promises are proposed for the same words at most; a person adds others."""
NEARLY = 0.8
"""A second promise is proposed where it is at least nearly as alike as the best."""


SURE = 0.15
"""So much alike words must be with one promise alone to be confirmed with others at once."""


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and figures of a text, what stands between left out."""
    kept = "".join(letter for letter in text if letter.isalnum())
    return frozenset(kept[at : at + 2] for at in range(len(kept) - 1))


def matches(quotes: Sequence[str], promises: Mapping[str, str]) -> list[tuple[str, ...]]:
    """For each quote of an item the rows of its promises that it seems to mean, the likest first; often none. `promises` is row → words."""
    return [one.rows for one in meanings(quotes, promises)]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The rows of the promises that words seem to mean, the likest first; `sure`: only one, and clearly."""

    rows: tuple[str, ...]
    sure: bool


def meanings(quotes: Sequence[str], promises: Mapping[str, str]) -> list[Meaning]:
    """What each quote of an item seems to mean. How alike: the weight of shared pairs against the geometric mean of both weights."""
    ours = {row: pairs(words) for row, words in promises.items()}
    theirs = [pairs(quote) for quote in quotes]
    seen = Counter(pair for group in (*ours.values(), *theirs) for pair in group)
    total = len(ours) + len(theirs)

    def weight(group: frozenset[str]) -> float:
        return sum(math.log(1 + total / seen[pair]) for pair in sorted(group))

    def alike(one: frozenset[str], other: frozenset[str]) -> float:
        whole = math.sqrt(weight(one) * weight(other))
        return weight(one & other) / whole if whole else 0.0

    found = []
    for group in theirs:
        scored = sorted(((alike(group, words), row) for row, words in ours.items()), key=lambda one: (-one[0], one[1]))
        best = scored[0][0] if scored else 0.0
        good = [row for score, row in scored[:MOST_ROWS] if score >= max(LEAST, best * NEARLY)]
        found.append(Meaning(tuple(good), len(good) == 1 and best >= SURE))
    return found
