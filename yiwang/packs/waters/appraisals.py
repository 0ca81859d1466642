"""What pages and indicators may ask of this pack: a month of a section and of all of them, a sample, and black-smelly water."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yiwang.kernel.appraisals import Appraisal, Finding, Given, Judge, Words
from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.sheets.measured import Measured
from yiwang.kernel.wording import LANGUAGES
from yiwang.packs.waters import law
from yiwang.packs.waters.rules.blacksmelly import DEPTH, SMELLY_ITEMS, Level, Profile
from yiwang.packs.waters.rules.items import ITEMS, ROMAN, WORST, Sample, WaterType
from yiwang.packs.waters.rules.standard import Quality, standard_on
from yiwang.packs.waters.rules.surface import Exceeding, ItemClass, Met, Verdict, classify, target_met
from yiwang.packs.waters.rules.systems import SystemVerdict, judge_system
from yiwang.packs.waters.samplesheet import NAMES
from yiwang.packs.waters.smelly import SmellTeller, judge_sample
from yiwang.packs.waters.telling import ClassTeller, two_places

OF_A_MONTH = {"ph": "ph", "oxygen": "do", "permanganate": "codmn", "ammonia": "nh3n", "phosphorus": "tp"}
"""Fields of `section_month` → items of the table."""
CLASS_CODES = ("", "i", "ii", "iii", "iv", "v", "worse")
"""How a register writes a class, by its number."""
COLOURS = ("", "water-1", "water-1", "water-3", "water-4", "water-5", "water-6")
"""The look's token for the official colour of a class (R-008)."""
FACTOR = re.compile(r"w\d{5}")
SYSTEM_RULE = "waters.system-quality"
SMELL_RANKS = {Level.NONE: 0, Level.LIGHT: 1, Level.HEAVY: 2}


def of_month(given: Given) -> Appraisal | None:
    """A month of a section as the district published it: its official class, and whether the values it lists are worse than that.

    `about`: the row of `water_section`, whose target class the month is measured against. None without an official class.
    """
    official = class_of_code(given.values.get("official_class"))
    if official is None:
        return None
    target = class_of_code(given.about.get("target_class"))
    sample = _of_fields(given.values)
    try:
        verdict = classify(sample, WaterType.RIVER, given.on, law.rulebook(), target_class=target)
    except RuleNotInForce:
        return None
    return Appraisal(
        code=CLASS_CODES[official],
        words=_told(given.on, lambda teller: _class_words(teller, official, given.on)),
        mark=ROMAN[official],
        rank=official,
        colour=COLOURS[official],
        reasons=_month_reasons(given.on, verdict, official),
        findings=_findings(given.on, verdict),
        partial=verdict.partial,
        holds=outcomes_of_month(official, target),
        rules=verdict.rules,
    )


def outcomes_of_month(official: int, target: int | None) -> frozenset[str]:
    """What figures count of a month by its official class, and its target class where there is one."""
    holds = {"measured", *_of_target(Met.MET if target and official <= target else Met.NOT_MET, target)}
    return frozenset(holds | ({"worse_than_v"} if official == WORST else set()))


def of_sample(given: Given) -> Appraisal | None:
    """A sample of a river, values by factor (HJ 525 codes) or item; `about` has the target class. None when nothing has a class."""
    target = class_of_code(given.about.get("target_class"))
    try:
        verdict = classify(_sample(given.values), WaterType.RIVER, given.on, law.rulebook(), target_class=target)
    except RuleNotInForce:
        return None
    number = verdict.water_class
    if number is None:
        return None
    holds = {"measured", *(_of_target(target_met(verdict, target), target) if target else ("target_open",))}
    if number == WORST and verdict.certain:
        holds.add("worse_than_v")
    return Appraisal(
        code=CLASS_CODES[number],
        words=_told(given.on, lambda teller: teller.headline(verdict, short=True)),
        mark=ROMAN[number],
        rank=number,
        colour=COLOURS[number],
        reasons=tuple(_by_language(lambda teller: teller.reasons(verdict, "register")[:-1], given.on)),
        findings=_findings(given.on, verdict),
        partial=verdict.partial,
        holds=frozenset(holds),
        rules=verdict.rules,
    )


def of_smell(given: Given) -> Appraisal | None:
    """Whether a sample is black-smelly water by the rural profile (R-024); None when none of its items was measured."""
    sample = {item: one for item, one in _sample(given.values).items() if item in (*SMELLY_ITEMS, DEPTH)}
    try:
        found, hidden = judge_sample(sample, Profile.RURAL, given.on)
    except RuleNotInForce:
        return None
    if not found.items:
        return None
    tellers = {language: SmellTeller(language, Profile.RURAL) for language in LANGUAGES}
    certain = found.certain and not hidden
    missing = {language: one.say("smell.missing", items=one.items(found.missing)) for language, one in tellers.items()}
    return Appraisal(
        code="smelly" if found.level else "clear" if certain else "open",
        words={
            language: one.level(found.level) if certain or found.level else one.say("smell.not-found")
            for language, one in tellers.items()
        },
        mark="",
        rank=SMELL_RANKS[found.level],
        reasons=(missing,) if found.missing else (),
        partial=not certain,
        holds=frozenset({"measured"} | ({"smelly"} if found.level else {"clear"} if certain else {"open"})),
        rules=(found.rule,),
    )


def of_system(given: Given) -> Appraisal | None:
    """All sections of a river system in a month (R-009) by their official classes: `sections`, the values of each one's sheet, {} where
    nothing was published. None where no section has a class, or they are few and no values were published.
    """
    classes = [class_of_code(one.get("official_class")) for one in given.values["sections"]]
    known = [one for one in classes if one is not None]
    try:
        found = judge_system(
            known, [_of_fields(one) for one in given.values["sections"]], WaterType.RIVER, given.on, law.rulebook()
        )
    except RuleNotInForce:
        return None
    if not known or found.quality is None:
        return None
    quality, rules = found.quality, standard_on(law.rulebook(), given.on).rules
    return Appraisal(
        code=str(quality),
        words=_told(given.on, lambda teller: teller.say(f"quality.{quality}")),
        mark="",
        rank=tuple(Quality).index(quality) + 1,
        reasons=_system_reasons(given.on, found, classes.count(None)),
        partial=found.mean is not None and found.mean.partial,
        holds=frozenset({"measured"}),
        rules=rules if found.mean else tuple(one for one in rules if one.id == SYSTEM_RULE),
    )


APPRAISALS: Mapping[str, Judge] = {
    "section_month": of_month,
    "system_month": of_system,
    "sample": of_sample,
    "smelly": of_smell,
}


# --- what was given ---------------------------------------------------------------------------------------------------


def class_of_code(code: Any) -> int | None:
    """The number of a class as a register has it; None for none."""
    return CLASS_CODES.index(code) if code in CLASS_CODES[1:] else None


def _of_fields(values: Mapping[str, Any]) -> Sample:
    """What a month's sheet lists of a section."""
    return {
        item: Measured(Decimal(str(values[field])))
        for field, item in OF_A_MONTH.items()
        if values.get(field) not in (None, "")
    }


def _items() -> Iterator[tuple[str, str]]:
    """By what a value may be called: the item itself, or its factor."""
    for item in (*ITEMS, *SMELLY_ITEMS, DEPTH):
        yield item, item
        yield from ((name, item) for name in NAMES[item] if FACTOR.fullmatch(name))


ITEM_OF = dict(_items())


def _sample(values: Mapping[str, Any]) -> Sample:
    return {
        ITEM_OF[name]: value if isinstance(value, Measured) else Measured(Decimal(str(value)))
        for name, value in values.items()
        if name in ITEM_OF and value is not None
    }


def _of_target(met: Met, target: int | None) -> tuple[str, ...]:
    if target is None:
        return ("target_open",)
    return {Met.MET: ("met_target",), Met.NOT_MET: ("not_met",)}.get(met, ("target_open",))


# --- in words ---------------------------------------------------------------------------------------------------------


def _tellers(on: date) -> dict[str, ClassTeller]:
    return {language: ClassTeller(language, standard_on(law.rulebook(), on)) for language in LANGUAGES}


def _told(on: date, say: Callable[[ClassTeller], str]) -> Words:
    return {language: say(teller) for language, teller in _tellers(on).items()}


def _by_language(say: Callable[[ClassTeller], list[str]], on: date) -> list[Words]:
    """Sentences that each language has as many of, one by one."""
    told = {language: say(teller) for language, teller in _tellers(on).items()}
    return [dict(zip(told, sentences, strict=True)) for sentences in zip(*told.values(), strict=True)]


def _class_words(teller: ClassTeller, number: int, on: date) -> str:
    """`Ⅳ类（轻度污染）`."""
    quality = standard_on(law.rulebook(), on).qualities[number]
    return teller.say("class-quality", found=teller.of_class(number), quality=teller.say(f"quality.{quality}"))


def _month_reasons(on: date, verdict: Verdict, official: int) -> tuple[Words, ...]:
    """What our own judgement of the values that the sheet lists adds to the official class."""
    found = verdict.water_class
    if found is None:
        return (_told(on, lambda teller: teller.say("month.no-values")),)
    counts = {"measured": len(verdict.items), "needed": verdict.needed}
    key = "same" if found == official else "worse" if found > official else "better"
    said = [_told(on, lambda teller: teller.say(f"month.{key}", found=teller.of_class(found), **counts))]
    if verdict.exceeding:
        said.append(
            _told(
                on,
                lambda teller: teller.say(
                    "reason.exceeding",
                    against=teller.of_class(verdict.against),
                    found=teller.listed(teller.exceeding(one) for one in verdict.exceeding),
                ),
            )
        )
    return tuple(said)


def _system_reasons(on: date, found: SystemVerdict, without: int) -> tuple[Words, ...]:
    """By what the system was judged, and which sections are not in it."""
    bands = standard_on(law.rulebook(), on).system
    counts = {
        "sections": found.sections,
        "good": found.good,
        "worst": found.worst,
        "from_sections": bands.shares_from_sections,
    }
    mean = found.mean
    if mean is None or mean.water_class is None:
        said = [_told(on, lambda teller: teller.say("system.shares", best=ROMAN[bands.good_class], **counts))]
    else:
        of_mean, measured = mean.water_class, {"measured": len(mean.items), "needed": mean.needed}
        said = [
            _told(on, lambda teller: teller.say("system.means", found=teller.of_class(of_mean), **counts, **measured))
        ]
    if without:
        said.append(_told(on, lambda teller: teller.say("system.without", count=without)))
    return tuple(said)


def _findings(on: date, verdict: Verdict) -> tuple[Finding, ...]:
    beyond = {one.item: one for one in verdict.exceeding}
    against = verdict.against
    return tuple(_finding(on, one, beyond.get(one.item), against) for one in verdict.items)


def _finding(on: date, one: ItemClass, over: Exceeding | None, against: int) -> Finding:
    return Finding(
        item=_told(on, lambda teller: teller.item(one.item)),
        value=_told(on, lambda teller: teller.value(one.item, one.measured)),
        said=_told(on, lambda teller: _said(teller, one, over, against)),
        worse=over is not None,
    )


def _said(teller: ClassTeller, one: ItemClass, over: Exceeding | None, against: int) -> str:
    """The class of an item, and by how much it is worse than what is asked for."""
    found = teller.of_class(one.water_class)
    if over is None:
        return found
    if over.multiple is None:
        return teller.say("beyond", found=found, against=teller.of_class(against))
    return teller.say("beyond-times", found=found, against=teller.of_class(against), multiple=two_places(over.multiple))
