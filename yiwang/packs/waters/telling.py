"""What a verdict is in words and as JSON: the class together with how much of it was measured, and why an official class differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.measured import Measured
from yiwang.kernel.wording import Teller
from yiwang.packs.waters.rules.items import ROMAN, WaterType
from yiwang.packs.waters.rules.standard import Sense, Standard
from yiwang.packs.waters.rules.surface import Exceeding, ItemClass, Verdict, target_met
from yiwang.packs.waters.samplesheet import SampleRow

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row with its verdict; `other` is the verdict had the water been of the other kind. None where the row was refused."""

    row: SampleRow
    verdict: Verdict | None
    other: Verdict | None
    refused: Problem | None

    @property
    def compared(self) -> bool:
        """Whether there is an official class to compare with."""
        return self.row.official is not None and self.verdict is not None

    @property
    def agrees(self) -> bool | None:
        """Whether the official class is the same; None where there is none."""
        return self.verdict.water_class == self.row.official if self.compared and self.verdict else None


class ClassTeller(Teller):
    """Speaks one language about verdicts by one standard."""

    part = "waters"

    def __init__(self, language: str, standard: Standard) -> None:
        super().__init__(language)
        self.standard = standard

    def item(self, code: str) -> str:
        return self.say(f"item.{code}")

    def of_class(self, number: int) -> str:
        return self.say("class", roman=ROMAN[number]) if number < len(ROMAN) - 1 else self.say("class-worst")

    def headline(self, verdict: Verdict, *, short: bool = False) -> str:
        """The class and how far it reaches, in one breath: a partial class never stands alone."""
        if verdict.water_class is None:
            return self.say("no-class")
        said = self.of_class(verdict.water_class)
        key = "short" if short else "headline-partial"
        return (
            self.say(key, found=said, measured=len(verdict.items), needed=verdict.needed) if verdict.partial else said
        )

    def reasons(self, verdict: Verdict, type_from: str) -> list[str]:
        """Why the class is what it is, the most important first."""
        kind, told = self.say(f"water-type.{verdict.water_type}"), self.say(f"told.{type_from}")
        return [*self._class_reasons(verdict), *self._remarks(verdict), self.say("reason.type", type=kind, told=told)]

    def _class_reasons(self, verdict: Verdict) -> Iterator[str]:
        for one in verdict.items:
            if one.item in verdict.deciding and one.water_class > 1:
                yield self._why(one)
        if verdict.water_class == 1:
            yield self.say("reason.all-first")
        if verdict.exceeding:
            found = self.listed(self.exceeding(one) for one in verdict.exceeding)
            yield self.say("reason.exceeding", against=self.of_class(verdict.against), found=found)
        if len(verdict.exceeding) > 1:
            yield self.say("reason.main", found=self.listed(self.item(one) for one in verdict.main_pollutants))

    def _why(self, one: ItemClass) -> str:
        if one.item == "ph":
            low, high = one.limit
            return self.say("reason.ph", value=one.measured, low=f"{low:f}", high=f"{high:f}")
        key = "reason.worse" if one.water_class == len(ROMAN) - 1 else "reason.item"
        sign = "≥" if self.standard.table[one.item].sense is Sense.AT_LEAST else "≤"
        found = {
            "item": self.item(one.item),
            "value": self.value(one.item, one.measured),
            "limit": f"{sign}{one.limit[0]:f}",
        }
        return self.say(key, found=self.of_class(one.water_class), **found)

    def _remarks(self, verdict: Verdict) -> Iterator[str]:
        if verdict.partial and verdict.water_class is not None:
            named = self.listed(self.item(one) for one in verdict.missing)
            key = "reason.partial-worst" if verdict.certain else "reason.partial"
            yield self.say(key, measured=len(verdict.items), needed=verdict.needed, missing=named)
        for one in verdict.items:
            if one.by_saturation:
                yield self.say("reason.saturated", item=self.item(one.item), value=self.value(one.item, one.measured))
            if one.by_detection_limit:
                yield self.say("reason.detection", item=self.item(one.item), value=one.measured)
        for item in verdict.undecided:
            yield self.say("reason.undecided", item=self.item(item))
        for one in verdict.apart:
            yield self.say("reason.apart", item=self.item(one.item), found=self.of_class(one.water_class))

    def value(self, item: str, measured: Measured) -> str:
        """With its unit; pH has none."""
        unit = self.standard.table[item].unit
        return str(measured) if unit == "1" else f"{measured} {unit}"

    def exceeding(self, one: Exceeding) -> str:
        if one.multiple is None:
            return self.item(one.item)
        return self.say("times", item=self.item(one.item), multiple=two_places(one.multiple))

    def difference(self, judged: JudgedRow) -> str:
        """Why the official class may differ, as far as the sheet shows it."""
        verdict, other, official = judged.verdict, judged.other, judged.row.official or 0
        if verdict is None or verdict.water_class is None:
            return self.say("differs.no-class")
        if other and other.water_class == official:
            here, there = (self.say(f"water-type.{one}") for one in (verdict.water_type, other.water_type))
            return self.say("differs.type", here=here, there=there, told=self.say(f"told.{judged.row.type_from}"))
        if verdict.water_class > official:
            worse = self.listed(self._why(one) for one in verdict.items if one.water_class > official)
            return self.say("differs.worse", found=worse, official=self.of_class(official))
        return self.say("differs.better", official=self.of_class(official), missing=len(verdict.missing))

    # --- JSON ---------------------------------------------------------------------------------------------------------

    def plain(self, judged: JudgedRow) -> dict[str, Any]:
        """One row for a machine. `class` is null where nothing could be judged."""
        row, verdict = judged.row, judged.verdict
        found: dict[str, Any] = {
            "row": row.number,
            "section": row.section,
            "at": row.at.isoformat() if row.dated else None,
            "water_type": str(row.water_type),
            "water_type_from": row.type_from,
            "class": None,
            "class_name": None,
            "reasons": [],
            **(self._verdict(verdict, row) if verdict else {}),
            "official": row.official,
            "agrees": judged.agrees,
            "difference": self.difference(judged) if judged.agrees is False else None,
            "faults": [self.refusal(one) for one in row.faults],
        }
        if judged.refused:
            found["refused"] = self.refusal(judged.refused)
        return found

    def _verdict(self, verdict: Verdict, row: SampleRow) -> dict[str, Any]:
        number = verdict.water_class
        return {
            "class": number,
            "class_name": ROMAN[number] if number else None,
            "headline": self.headline(verdict),
            "partial": verdict.partial,
            "certain": verdict.certain,
            "basis": self.say("basis", measured=len(verdict.items), needed=verdict.needed),
            "quality": verdict.quality and str(verdict.quality),
            "colour": verdict.colour,
            "items": {one.item: {"value": str(one.measured), "class": one.water_class} for one in verdict.items},
            "missing": list(verdict.missing),
            "deciding": list(verdict.deciding),
            "against": verdict.against,
            "exceeding": [_exceeding(one) for one in verdict.exceeding],
            "main_pollutants": list(verdict.main_pollutants),
            "ph_out_of_range": verdict.ph_out_of_range,
            "apart": {one.item: {"value": str(one.measured), "class": one.water_class} for one in verdict.apart},
            "target": row.target,
            "target_met": str(target_met(verdict, row.target)) if row.target else None,
            "reasons": self.reasons(verdict, row.type_from),
        }


def _exceeding(one: Exceeding) -> dict[str, Any]:
    return {
        "item": one.item,
        "value": str(one.measured),
        "class": one.water_class,
        "limit": [f"{limit:f}" for limit in one.limit],
        "multiple": two_places(one.multiple) if one.multiple is not None else None,
    }


def two_places(number: Fraction) -> str:
    """A multiple as people write it: two places, halves away from zero."""
    return str((Decimal(number.numerator) / Decimal(number.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP))


def summary(rows: Sequence[JudgedRow], teller: ClassTeller, ignored: Sequence[str]) -> dict[str, Any]:
    """What the rows come to: how many of each class, how many partial, how often the official class agrees, which rules were used."""
    verdicts = [one.verdict for one in rows if one.verdict]
    compared = [one for one in rows if one.compared]
    agreed = sum(bool(one.agrees) for one in compared)
    targets = [str(target_met(one.verdict, one.row.target)) for one in rows if one.verdict and one.row.target]
    used = {rule.version: rule for verdict in verdicts for rule in verdict.rules}
    return {
        "rows": len(rows),
        "classes": {str(number): sum(one.water_class == number for one in verdicts) for number in range(1, len(ROMAN))},
        "without_class": sum(one.verdict is None or one.verdict.water_class is None for one in rows),
        "partial": sum(one.partial for one in verdicts),
        "refused": sum(one.refused is not None for one in rows),
        "compared": len(compared),
        "agreed": agreed,
        "agreement_percent": two_places(Fraction(100 * agreed, len(compared))) if compared else None,
        "disagreements": [_disagreement(one, teller) for one in compared if not one.agrees],
        "targets": {name: targets.count(name) for name in sorted(set(targets))},
        "year_guessed": sum(one.row.year_guessed and one.refused is None for one in rows),
        "without_date": sum(not one.row.dated and one.refused is None for one in rows),
        "ignored_columns": list(ignored),
        "rules": [
            {"version": rule.version, "hash": rule.hash, "source": rule.source, "verified": rule.verified}
            for rule in used.values()
        ],
    }


def _disagreement(judged: JudgedRow, teller: ClassTeller) -> dict[str, Any]:
    found = judged.verdict.water_class if judged.verdict else None
    told = {"row": judged.row.number, "section": judged.row.section, "class": found, "official": judged.row.official}
    return {**told, "reason": teller.difference(judged)}


def other_type(water_type: WaterType) -> WaterType:
    """River for lake and lake for river."""
    return WaterType.LAKE if water_type is WaterType.RIVER else WaterType.RIVER
