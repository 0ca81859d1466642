"""What pages and indicators may ask of this pack: the index of an hour or a day of air, and a site's day of dust."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from yiwang.kernel.appraisals import Appraisal, Finding, Given, Judge, Words
from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.wording import LANGUAGES
from yiwang.packs.environment import law
from yiwang.packs.environment.rules.air import ITEMS, AirIndex, Grade, air_index
from yiwang.packs.environment.rules.days import day_of
from yiwang.packs.environment.rules.sites import Outcome, judge_dust
from yiwang.packs.environment.telling import AirTeller

OF_AN_HOUR = {"a21026": "so2", "a21004": "no2", "a21005": "co", "a05024": "o3", "a34002": "pm10", "a34004": "pm25"}
"""Factors → items of the report of an hour."""
OF_A_DAY = OF_AN_HOUR | {"a05024": "o3_8h"}
"""Factors → items of the report of a day: of ozone the largest mean of eight hours."""
GRADES = tuple(Grade)
DUST_RANKS = {Outcome.KEPT: 0, Outcome.KEPT_SO_FAR: 1, Outcome.BROKEN: 2}


def of_hour(given: Given) -> Appraisal | None:
    """An hour of ambient air, means by factor in µg/m³ (CO: mg/m³), by the table of its day; None when no index comes of it."""
    return _of_air(given, OF_AN_HOUR, hourly=True)


def of_day(given: Given) -> Appraisal | None:
    """A day of ambient air: means of 24 hours by factor, of ozone the largest mean of eight; or `hours`, by the hour of the day the
    means by factor, of which those of the day are made. None when no index comes of it.
    """
    if "hours" not in given.values:
        return _of_air(given, OF_A_DAY, hourly=False)
    hours = {
        hour: {OF_AN_HOUR[name]: Decimal(str(value)) for name, value in values.items() if name in OF_AN_HOUR}
        for hour, values in given.values["hours"].items()
    }
    try:
        day = day_of(hours, given.on, law.rulebook())
    except RuleNotInForce:
        return None
    found = _of_air(Given(given.on, day.means), dict(zip(ITEMS, ITEMS, strict=True)), hourly=False)
    if found is None:
        return None
    few = [_told(lambda teller: teller.say("index.few", items=teller.items(day.few)))] if day.few else []
    return replace(found, reasons=(*found.reasons, *few), rules=(*found.rules, day.rule))


def of_dust(given: Given) -> Appraisal | None:
    """A site's day: `means` of 15 minutes in mg/m³. None without any."""
    means = [Decimal(str(one)) for one in given.values.get("means", ())]
    if not means:
        return None
    try:
        found = judge_dust(means, given.on, law.rulebook())
    except RuleNotInForce:
        return None
    words = _told(
        lambda teller: teller.say(
            "dust.short",
            outcome=teller.say(f"outcome.{found.outcome}"),
            counts=teller.listed(
                teller.say("dust.count", limit=one.limit, found=one.found, allowed=one.allowed) for one in found.counts
            ),
        )
    )
    holds = {"monitored", "exceeded" if found.outcome is Outcome.BROKEN else "within_limits"}
    whole = found.outcome is not Outcome.KEPT_SO_FAR
    return Appraisal(
        str(found.outcome),
        words,
        "",
        DUST_RANKS[found.outcome],
        partial=not whole,
        holds=frozenset(holds),
        rules=(found.rule,),
    )


APPRAISALS: Mapping[str, Judge] = {"air_hour": of_hour, "air_day": of_day, "dust_day": of_dust}


def _of_air(given: Given, items: Mapping[str, str], *, hourly: bool) -> Appraisal | None:
    values = {
        items[name]: Decimal(str(value)) for name, value in given.values.items() if name in items and value is not None
    }
    try:
        found = air_index(values, given.on, law.rulebook(), hourly=hourly)
    except RuleNotInForce:
        return None
    if found.index is None or found.grade is None:
        return None
    if found.published is None:
        return _not_published(found)
    rank = GRADES.index(found.grade) + 1
    return Appraisal(
        code=str(found.grade),
        words=_told(lambda teller: teller.say(f"grade.{found.grade}")),
        mark=str(found.index),
        rank=rank,
        colour=f"air-{rank}",
        reasons=tuple(_reasons(found)),
        findings=tuple(_finding(item, number, found) for item, number in found.individual.items()),
        partial=found.partial,
        holds=frozenset({"measured", "good" if rank <= GRADES.index(Grade.GOOD) + 1 else "polluted"}),
        rules=found.rules,
    )


def _not_published(found: AirIndex) -> Appraisal:
    """Items are missing and the others come to 100 at the most: the rule lets no index be told (R-093)."""
    reasons = [_told(lambda teller: teller.say("index.not-published", missing=teller.items(found.missing)))]
    reasons.append(_told(lambda teller: teller.say("index.by", rule=teller.table(found))))
    findings = tuple(_finding(item, number, found) for item, number in found.individual.items())
    words = _told(lambda teller: teller.say("index.na"))
    return Appraisal("na", words, "NA", 0, reasons=tuple(reasons), findings=findings, partial=True, rules=found.rules)


def _reasons(found: AirIndex) -> list[Words]:
    """The primary pollutant, what a person does, what is missing, and by which table."""
    said: list[Words] = [_told(lambda teller: teller.say(f"health.{found.grade}"))]
    if found.primary:
        said.append(_told(lambda teller: teller.say("index.primary", items=teller.items(found.primary))))
    if found.missing:
        said.append(_told(lambda teller: teller.say("index.published-partial", missing=teller.items(found.missing))))
    said.append(_told(lambda teller: teller.say("index.by", rule=teller.table(found))))
    return said


def _finding(item: str, number: int, found: AirIndex) -> Finding:
    return Finding(
        item=_told(lambda teller: teller.say(f"item.{item}")),
        value=_told(lambda teller: teller.value(item, found)),
        said=_told(lambda teller: teller.say("index.individual", number=number)),
        worse=item in found.primary,
    )


def _told(say: Callable[[AirTeller], Any]) -> Words:
    return {language: str(say(AirTeller(language))) for language in LANGUAGES}
