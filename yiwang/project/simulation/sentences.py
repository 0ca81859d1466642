"""What people say in the simulation: a grammar of place × trouble × tone, from phrases.yaml. Pure but for reading the file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yiwang.kernel.ids import Dice
from yiwang.kernel.plainyaml import plain


@dataclass(frozen=True, slots=True)
class Spot:
    """A named place of the town and a point on it."""

    place_id: str
    kind: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """What can be the matter: the type it really is, where it is found, and who is mistaken for its department."""

    type: str
    title: str
    where: tuple[str, ...]
    wrong: tuple[str, ...]
    says: tuple[str, ...]
    mends: tuple[str, ...]
    demand: str = ""
    neighbourhood: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One report in words, with what it really is."""

    trouble: Trouble
    spot: Spot
    text: str
    mend: str


@cache
def phrases() -> dict[str, Any]:
    """The file of phrases."""
    content: dict[str, Any] = plain((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8"))
    return content


@cache
def troubles() -> tuple[Trouble, ...]:
    """Everything that can be the matter."""
    return tuple(_trouble(row) for row in phrases()["troubles"])


def _trouble(row: dict[str, Any]) -> Trouble:
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Trouble(**known)


def some(dice: Dice, of: str) -> Any:
    """One of the phrases of a kind."""
    return dice.choice(phrases()[of])


def words(dice: Dice, channel: str, spots: tuple[Spot, ...], fitting: tuple[Trouble, ...]) -> Words:
    """A report of one of the fitting troubles, as somebody would say it on this channel."""
    kinds = "H" if channel == "hotline" and dice.random() < 0.6 else "CE"
    trouble = dice.choice([one for one in fitting if one.type[0] in kinds] or list(fitting))
    spot = dice.choice([one for one in spots if one.kind in trouble.where] or list(spots))
    said = dice.choice(trouble.says).format(
        place=spot.name, spot=some(dice, "spots"), long=some(dice, "longs"), person=some(dice, "persons")
    )
    opening = some(dice, {"portal": "openings", "grid": "grid_openings"}.get(channel, "desk_openings"))
    closing = "" if channel == "grid" else some(dice, "closings")
    return Words(trouble, spot, f"{opening}{said}。{closing}", dice.choice(trouble.mends))
