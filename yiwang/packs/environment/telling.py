"""What the rules of air, dust and noise found, in words and as JSON: never without saying what is missing or was not seen at the source."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from yiwang.kernel.params.rulebook import RuleVersion
from yiwang.kernel.wording import Teller
from yiwang.packs.environment.dustsheet import DustSheet, SiteDay
from yiwang.packs.environment.rules.air import IN_MG, AirIndex
from yiwang.packs.environment.rules.sites import DustDay, NoiseVerdict, Outcome


class AirTeller(Teller):
    """Speaks one language about verdicts of air, dust and noise."""

    part = "environment"

    def unseen(self, rules: Iterable[RuleVersion]) -> Iterator[str]:
        """The versions that were used and that nobody compared with their source."""
        found = dict.fromkeys(rule.version for rule in rules if not rule.verified)
        if found:
            yield self.say("unverified", rules=self.listed(found))

    # --- the index ----------------------------------------------------------------------------------------------------

    def lines_of_index(self, found: AirIndex) -> Iterator[str]:
        kind = self.say("hourly" if found.hourly else "daily")
        yield self.say("index.report", kind=kind, day=found.on.isoformat(), rule=self.table(found))
        if found.index is None or found.grade is None:
            yield self.say("index.none")
        else:
            grade = self.say(f"grade.{found.grade}")
            key = "index.partial" if found.partial else "index.whole"
            yield self.say(
                key,
                index=found.index,
                grade=grade,
                given=len(found.rounded),
                items=len(found.rounded) + len(found.missing),
            )
        if found.partial and found.index is not None:
            key = "index.not-published" if found.published is None else "index.published-partial"
            yield self.say(key, missing=self.items(found.missing))
        if found.primary:
            yield self.say("index.primary", items=self.items(found.primary))
        if found.exceeding:
            yield self.say("index.exceeding", items=self.items(found.exceeding))
        for item, number in found.individual.items():
            yield self.say("index.one", item=self.say(f"item.{item}"), value=self.value(item, found), number=number)
        yield from self._remarks(found)
        yield from self.unseen(found.rules)

    def table(self, found: AirIndex) -> str:
        """By which standard the index was reckoned."""
        return found.rules[0].reference.partition(":")[2].strip().partition(",")[0]

    def _remarks(self, found: AirIndex) -> Iterator[str]:
        if found.uncomputed:
            yield self.say("index.uncomputed", items=self.items(found.uncomputed))
        if moving := [item for item in found.moving_24h if item in found.rounded]:
            yield self.say("index.moving", items=self.items(moving))
        for one in found.above:
            limit = f"{one.limit} {self._unit(one.item)}"
            yield self.say(
                "index.above", item=self.say(f"item.{one.item}"), limit=limit, period=self.say(f"period.{one.period}")
            )

    def value(self, item: str, found: AirIndex) -> str:
        return f"{found.rounded[item]} {self._unit(item)}"

    def _unit(self, item: str) -> str:
        return "mg/m³" if item in IN_MG else "µg/m³"

    def plain_index(self, found: AirIndex) -> dict[str, Any]:
        """For a machine. `aqi` is the index of what was given; `published` is null where the rule says NA."""
        return {
            "date": found.on.isoformat(),
            "report": "hourly" if found.hourly else "daily",
            "aqi": found.index,
            "partial": found.partial,
            "published": found.published,
            "grade": found.grade and str(found.grade),
            "grade_name": self.say(f"grade.{found.grade}") if found.grade else None,
            "rgb": list(found.rgb) if found.rgb else None,
            "iaqi": dict(found.individual),
            "concentrations": {item: str(value) for item, value in found.rounded.items()},
            "primary_pollutants": list(found.primary),
            "exceeding": list(found.exceeding),
            "missing": list(found.missing),
            "uncomputed": list(found.uncomputed),
            "above_ambient_limit": [
                {"item": one.item, "value": str(one.value), "limit": str(one.limit), "period": one.period}
                for one in found.above
            ],
            "rules": [
                {"version": rule.version, "hash": rule.hash, "reference": rule.reference, "verified": rule.verified}
                for rule in found.rules
            ],
        }

    # --- dust and noise -----------------------------------------------------------------------------------------------

    def lines_of_dust(self, days: Sequence[tuple[SiteDay, DustDay]], sheet: DustSheet) -> Iterator[str]:
        for one, judged in days:
            counts = self.listed(
                self.say("dust.count", limit=count.limit, found=count.found, allowed=count.allowed)
                for count in judged.counts
            )
            outcome = self.say(f"outcome.{judged.outcome}")
            measured = {"measured": judged.measured, "needed": judged.needed}
            yield self.say(
                "dust.day", site=one.site, day=one.day.isoformat(), outcome=outcome, counts=counts, **measured
            )
            if one.doubled:
                yield self.say("dust.doubled", count=one.doubled)
        yield from (self.fault(one.refused) for one in sheet.days if one.refused)
        for row, problem in sheet.refused:
            yield self.say("dust.refused", row=row, fault=self.fault(problem))
        yield from self.unseen(judged.rule for _, judged in days)

    def plain_dust(self, site: str, day: date, doubled: int, judged: DustDay) -> dict[str, Any]:
        return {
            "site": site,
            "day": day.isoformat(),
            "outcome": str(judged.outcome),
            "measured": judged.measured,
            "needed": judged.needed,
            "doubled": doubled,
            "counts": [{"limit": str(one.limit), "found": one.found, "allowed": one.allowed} for one in judged.counts],
        }

    def lines_of_noise(self, found: NoiseVerdict) -> Iterator[str]:
        period = self.say("by-night" if found.by_night else "by-day")
        outcome = self.say(f"outcome.{found.outcome}")
        levels = {"measured": found.measured, "corrected": found.corrected, "limit": found.limit}
        yield self.say(_noise_text(found), outcome=outcome, period=period, **levels)
        if found.broken_by_maximum:
            yield self.say("noise.maximum", limit=found.maximum_limit)
        yield from self.unseen([found.rule])

    def plain_noise(self, found: NoiseVerdict) -> dict[str, Any]:
        return {
            "outcome": str(found.outcome),
            "by_night": found.by_night,
            "measured": str(found.measured),
            "corrected": None if found.corrected is None else str(found.corrected),
            "limit": str(found.limit),
            "maximum_limit": None if found.maximum_limit is None else str(found.maximum_limit),
            "broken_by_maximum": found.broken_by_maximum,
            "rule": {"version": found.rule.version, "hash": found.rule.hash, "verified": found.rule.verified},
        }


def _noise_text(found: NoiseVerdict) -> str:
    if found.outcome is Outcome.INVALID:
        return "noise.invalid"
    if found.corrected is None:
        return "noise.near"
    return "noise.corrected" if found.corrected != found.measured else "noise.level"
