"""What pages and indicators may ask of this pack: whether an outlet has a valid permit and keeps its limits, and a plant's effluent."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yiwang.kernel.appraisals import Appraisal, Finding, Given, Judge, Words
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import LANGUAGES, Teller, problem_text, word
from yiwang.packs.sewage import law
from yiwang.packs.sewage.rules.effluent import (
    Day,
    Effluent,
    EffluentClass,
    ItemVerdict,
    Kept,
    Plant,
    judge_effluent,
    refuse_rural,
)
from yiwang.packs.sewage.rules.permits import LIMITS, NEED_NONE, NEED_PERMIT, is_of
from yiwang.packs.sewage.telling import item_words, limits_words, of_kind

ITEM_OF = {
    "w01018": "cod", "w01017": "bod5", "w01012": "ss", "w21001": "tn", "w21003": "nh3n", "w21011": "tp", "w01001": "ph",
    "w19002": "las", "w22001": "oil_mineral", "w02003": "faecal_coliform",
}  # fmt: skip
"""Factors (HJ 525 codes) → items of the standard; an item may also be given by its own name."""
TEMPERATURE = "w01010"
RURAL = "rural"


def of_permit(given: Given) -> Appraisal:
    """A row of `discharge_permit` on a day, for the outlet in `about`: one that it does not name by its number is none of its own.

    Without any values: there is no permit for it, which of some kinds of outlets nobody asks for.
    """
    expires, issued = (_day(given.values.get(name)) for name in ("expires_on", "issued_on"))
    needed: set[str] = {"permit_needed"} if given.about.get("kind") in NEED_PERMIT else set()
    if expires is None or issued is None or not is_of(given.values, given.about):
        if given.about.get("kind") in NEED_NONE:
            return _plain("not_needed", "permit.not-needed", 1)
        return _plain("none", "permit.none", _without(given), needed)
    if given.on > expires:
        return _plain("expired", "permit.expired", _without(given), needed, day=expires.isoformat())
    if given.on < issued:
        return _plain("not_yet", "permit.not-yet", 1, needed, day=issued.isoformat())
    return _plain("valid", "permit.valid", 0, needed | {"permit_valid"}, day=expires.isoformat())


def _without(given: Given) -> int:
    """How bad it is to have no permit: of firms and plants as bad as can be; of others somebody has to look."""
    return 2 if given.about.get("kind") in NEED_PERMIT else 1


def of_outlet_sample(given: Given) -> Appraisal | None:
    """What an outlet sends out, by factor in mg/L, against the limits in `about` (its row).

    None when nothing was measured; open when nothing of it has a limit.
    """
    measured = {
        factor: Decimal(str(value)) for factor, value in given.values.items() if factor in LIMITS and value is not None
    }
    if not measured:
        return None
    limits = {
        factor: Decimal(str(limit))
        for factor in measured
        if (limit := given.about.get(LIMITS[factor])) not in (None, "")
    }
    findings = tuple(_against(factor, measured[factor], limits.get(factor)) for factor in measured)
    if not limits:
        return _plain("open", "outlet.open", 1, {"sampled"}, findings=findings)
    if any(one.worse for one in findings):
        return _plain("over", "outlet.over", 2, {"sampled", "over_limit"}, findings=findings)
    return _plain("within", "outlet.within", 0, {"sampled", "within_limits"}, findings=findings)


def of_effluent(given: Given) -> Appraisal | None:
    """A day of a plant's effluent: daily means by factor or item, against the class of limits in `about` (a row of `sewage_plant`).

    Ammonia nitrogen goes by the mean of the water's temperature where that is among the values. None when nothing was measured. Where
    the text of the day is not loaded (R-042: from 2026-03-01 on) it says so instead of judging.
    """
    water = given.values.get(TEMPERATURE)
    means = {ITEM_OF.get(name, name): Decimal(str(value)) for name, value in given.values.items() if value is not None}
    means = {item: value for item, value in means.items() if item in ITEM_OF.values()}
    if not means:
        return None
    try:
        if given.about.get("effluent_class") == RURAL:
            refuse_rural(given.on, law.rulebook())
        plant = Plant(EffluentClass(str(given.about.get("effluent_class"))), _day(given.about.get("built_on")))
        day = Day(given.on, means, None if water is None else Decimal(str(water)))
        found = judge_effluent(plant, day, law.rulebook())
    except Problem as problem:
        told = {language: problem_text(problem, language) for language in LANGUAGES}
        words = {language: one["what"] for language, one in told.items()}
        return Appraisal("not_judged", words, "", 1, partial=True, holds=frozenset({"sampled"}))
    return _of_verdict(found)


def _of_verdict(found: Effluent) -> Appraisal:
    """The verdict of a day: what is beyond, or open, stands in it with the limit it was judged by."""
    outcomes = {Kept.KEPT: {"sampled", "within_limits"}, Kept.BROKEN: {"sampled", "over_limit"}}
    key = {Kept.KEPT: "within", Kept.BROKEN: "over"}.get(found.kept, "open")
    telling = of_kind(found.items, Kept.BROKEN) or of_kind(found.items, Kept.OPEN)
    words = _told(lambda language: _verdict_words(key, telling, language))
    findings = tuple(_effluent_item(one) for one in found.items)
    holds = frozenset(outcomes.get(found.kept, {"sampled"}))
    level = {"within": 0, "over": 2}.get(key, 1)
    return Appraisal(
        key, words, "", level, findings=findings, partial=bool(found.missing), holds=holds, rules=(found.rule,)
    )


def _verdict_words(key: str, telling: list[ItemVerdict], language: str) -> str:
    told = Teller(language).listed(item_words(one, language) for one in telling)
    return word(f"sewage.effluent.{key}", language).format(told=told or word("sewage.no-item", language))


APPRAISALS: Mapping[str, Judge] = {"permit": of_permit, "outlet_sample": of_outlet_sample, "effluent": of_effluent}


# --- in words ---------------------------------------------------------------------------------------------------------


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _told(say: Callable[[str], str]) -> Words:
    return {language: say(language) for language in LANGUAGES}


def _said(key: str, **given: Any) -> Words:
    return _told(lambda language: word(f"sewage.{key}", language).format(**given))


def _plain(
    code: str,
    key: str,
    rank: int,
    holds: set[str] | frozenset[str] = frozenset(),
    findings: tuple[Finding, ...] = (),
    **given: Any,
) -> Appraisal:
    return Appraisal(code, _said(key, **given), "", rank, findings=findings, holds=frozenset(holds))


def _against(factor: str, value: Decimal, limit: Decimal | None) -> Finding:
    """One item of an outlet and its limit."""
    name, measured = _said(f"item.{ITEM_OF[factor]}"), _told(lambda _: f"{value.normalize():f} mg/L")
    if limit is None:
        return Finding(name, measured, _said("limit.none"))
    if value <= limit:
        return Finding(name, measured, _said("limit.kept", limit=f"{limit.normalize():f}"))
    multiple = f"{(value - limit) / limit:.2f}" if limit else "–"
    return Finding(name, measured, _said("limit.over", limit=f"{limit.normalize():f}", multiple=multiple), worse=True)


def _effluent_item(one: ItemVerdict) -> Finding:
    by = _told(lambda language: word(f"sewage.kept.{one.kept}", language))
    if one.limits:
        by = {
            language: word("sewage.limit.by", language).format(limits=limits_words(one), kept=kept)
            for language, kept in by.items()
        }
    return Finding(
        _said(f"item.{one.item}"), _told(lambda _: f"{one.value.normalize():f}"), by, worse=one.kept is Kept.BROKEN
    )
