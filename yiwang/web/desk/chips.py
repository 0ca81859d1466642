"""What the reader of messages suggests, as the pages show it: each with how sure it is, why, and the key that takes it."""

from collections.abc import Sequence
from typing import Any

from yiwang.intake.reports.queries import AdviceView, Suggestion
from yiwang.web.desk import casetypes, townsfolk

LEAST_LIKELY = 0.02


def sure(found: Sequence[Suggestion]) -> list[Suggestion]:
    """The classes to offer, each with a key."""
    return [one for one in found if one.sure]


def guesses(found: Sequence[Suggestion]) -> list[Suggestion]:
    """What the reader thinks without being sure: folded away, without a key, never filled in beforehand."""
    return [one for one in found if one.probability >= LEAST_LIKELY and not one.sure]


def chips(found: Sequence[Suggestion], first_key: int) -> list[dict[str, Any]]:
    """Suggestions of the reader: what, how sure, why; each is taken by its number's key."""
    return [
        {"value": one.key, "text": one.name, "percent": round(one.probability * 100), "why": one.why, "key": str(at)}
        for at, one in enumerate(found, start=first_key)
    ]


def lead_chip(advice: AdviceView, names: townsfolk.Names, key: str) -> dict[str, Any] | None:
    """The department that would lead, where the class is no mere guess. Its key takes the class by which it leads."""
    lead = advice.lead
    if lead is None or advice.best_type is None:
        return None
    own = [one for one in sure(advice.types) if casetypes.department(one.key) == lead.key]
    return {
        "value": own[0].key if own else "",
        "text": names.team(names.team_id(lead.key)),
        "percent": round(lead.probability * 100),
        "why": lead.why,
        "key": key,
    }


def earlier(found: Sequence[Suggestion], first_key: int, keys: int) -> list[dict[str, Any]]:
    """Cases that may be about the same thing; the key of each of the first opens it."""
    return [
        {**one, "name": one["text"], "number": one["value"], "key": one["key"] if at < keys else ""}
        for at, one in enumerate(chips(found, first_key))
    ]
