"""Building sites and firms: dust by means of 15 minutes (R-098), noise at the edge (R-099), NMHC and particulates (R-097). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.packs.environment.problems import StandardNotLoaded


class Outcome(StrEnum):
    """Whether a limit is kept."""

    KEPT = "kept"
    KEPT_SO_FAR = "kept_so_far"
    """By what was measured; parts of the day were not, so it is not proved."""
    BROKEN = "broken"
    INVALID = "invalid"
    """The measurement proves nothing and has to be made again."""


@dataclass(frozen=True, slots=True)
class DustCount:
    """How often the means of a day lay above a limit, and how often they may."""

    limit: Decimal
    found: int
    allowed: int

    @property
    def kept(self) -> bool:
        return self.found <= self.allowed


@dataclass(frozen=True, slots=True)
class DustDay:
    """A site's day. `measured` of the 96 means of a whole day."""

    outcome: Outcome
    counts: tuple[DustCount, ...]
    measured: int
    needed: int
    rule: RuleVersion


def judge_dust(means_mg_m3: Iterable[Decimal | None], on: date, book: Rulebook) -> DustDay:
    """R-098 for one site and one day: means of 15 minutes in mg/m³, None where there is none. A mean at the limit keeps it.

    More means than a day has are a mistake of the caller (ValueError). Raises RuleNotInForce.
    """
    rule = book.on("environment.site-dust", on)
    means = [mean for mean in means_mg_m3 if mean is not None]
    needed = rule.value["means_in_a_day"]
    if len(means) > needed:
        raise ValueError(f"{len(means)} means of 15 minutes in a day")
    counts = tuple(
        DustCount(Decimal(row["limit"]), sum(mean > row["limit"] for mean in means), row["times"])
        for row in rule.value["at_most"]
    )
    kept = Outcome.KEPT if len(means) == needed else Outcome.KEPT_SO_FAR
    outcome = kept if all(count.kept for count in counts) else Outcome.BROKEN
    return DustDay(outcome, counts, len(means), needed, rule)


NEXT_NOISE_STANDARD = "GB 12523-2025"


@dataclass(frozen=True, slots=True)
class NoiseVerdict:
    """Noise at the edge of a site, in dB(A). `corrected`: without the background, None when that cannot be taken away."""

    outcome: Outcome
    by_night: bool
    measured: Decimal
    corrected: Decimal | None
    limit: Decimal
    maximum_limit: Decimal | None
    broken_by_maximum: bool
    rule: RuleVersion


def judge_noise(
    measured_db: Decimal,
    at: time,
    on: date,
    book: Rulebook,
    *,
    background_db: Decimal | None = None,
    maximum_db: Decimal | None = None,
) -> NoiseVerdict:
    """R-099: equivalent level against 70 by day and 55 by night; the maximum counts by night only.

    Less than 3 above the background it cannot be corrected and is invalid, unless the measured level itself keeps the limit: without
    the background it is lower still. From 3 to 10 above it is corrected. Raises RuleNotInForce before
    2012-07-01, and StandardNotLoaded from 2026-01-01 on: GB 12523-2025 changed how results are judged, and its text is not loaded.
    """
    last = book.versions("environment.site-noise")[-1].effective_to
    if last is not None and on > last:
        raise StandardNotLoaded(standard=NEXT_NOISE_STANDARD, since=(last + timedelta(days=1)).isoformat())
    rule = book.on("environment.site-noise", on)
    law = rule.value
    by_night = not law["day_from_hour"] <= at.hour < law["night_from_hour"]
    limit = Decimal(law["night" if by_night else "day"])
    maximum_limit = limit + law["night_maximum_over"] if by_night else None
    corrected = measured_db if background_db is None else _without(background_db, measured_db, law["corrections"])
    loud = maximum_limit is not None and maximum_db is not None and maximum_db > maximum_limit
    if loud:
        outcome = Outcome.BROKEN
    elif measured_db <= limit:
        outcome = Outcome.KEPT
    elif corrected is None:
        outcome = Outcome.INVALID
    else:
        outcome = Outcome.BROKEN if corrected > limit else Outcome.KEPT
    return NoiseVerdict(outcome, by_night, measured_db, corrected, limit, maximum_limit, loud, rule)


def _without(background_db: Decimal, measured_db: Decimal, corrections: Sequence[dict[str, int]]) -> Decimal | None:
    """The level less the part that the background adds, by the difference rounded to a whole dB (GB/T 8170)."""
    difference = measured_db - background_db
    if difference < corrections[0]["up_to"]:
        return None
    whole = difference.quantize(Decimal(1), ROUND_HALF_EVEN)
    return measured_db - next((row["db"] for row in corrections if whole <= row["up_to"]), 0)


class Spot(StrEnum):
    """Where the air of a firm was measured."""

    IN_PLANT_HOUR = "in_plant_hour"
    IN_PLANT_ANY = "in_plant_any"
    STACK = "stack"
    FENCE = "fence"


@dataclass(frozen=True, slots=True)
class EmissionLimit:
    """A limit in mg/m³ with the rule that sets it; where several do, this one is the strictest."""

    value: Decimal
    rule: RuleVersion


EMISSIONS = {
    "nmhc": ("environment.nmhc-national", "environment.nmhc-shanghai"),
    "particulates": ("environment.particulates",),
}


def emission_limit(
    pollutant: str, spot: Spot, on: date, book: Rulebook, *, special: bool = False
) -> EmissionLimit | None:
    """R-097: what a firm may have at a spot on a day; `special` where the area's special limits hold. None where nothing is set.

    `pollutant`: nmhc (非甲烷总烃) or particulates (other than of a named kind).
    """
    if spot in (Spot.IN_PLANT_HOUR, Spot.IN_PLANT_ANY):
        named = ("environment.nmhc-in-plant",) if pollutant == "nmhc" else ()
        period, kind = spot.removeprefix("in_plant_"), "special" if special else "ordinary"
        found = [EmissionLimit(Decimal(rule.value[period][kind]), rule) for rule in _in_force(named, on, book)]
    else:
        rules = _in_force(EMISSIONS[pollutant], on, book)
        found = [EmissionLimit(Decimal(rule.value[spot]), rule) for rule in rules if spot in rule.value]
    return min(found, key=lambda limit: limit.value, default=None)


def _in_force(rules: Iterable[str], on: date, book: Rulebook) -> list[RuleVersion]:
    """The versions of that day; a rule that begins later sets nothing yet."""
    found = []
    for rule in rules:
        try:
            found.append(book.on(rule, on))
        except RuleNotInForce:
            continue
    return found
