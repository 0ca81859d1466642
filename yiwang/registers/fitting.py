"""Whether a kept value fits what the pack declares now: a pack changes, and what was recorded stays as it was recorded. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from yiwang.registers.declared import NUMERIC, Field, Register
from yiwang.registers.rules import key_of

MISSING, TYPE, UNIT, CHOICE, BOUNDS, REMOVED, KEY = "missing", "type", "unit", "choice", "bounds", "removed", "key"
"""Why a row does not fit: a needed value is not there; it was recorded as something else, or in another unit; it is not among
the choices, or outside the bounds; its field is gone; the row is known under another key."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One value of a row that does not fit. `field`: a field's code; empty for the row's key."""

    field: str
    why: str


def measure_of(field: Field) -> str:
    """As what a field's values are recorded: its type, and its unit or the kind of its places."""
    return f"{field.type} {field.kind or field.unit}".strip()


def measures(register: Register) -> dict[str, str]:
    """The same of every field by its code: kept with each row, so that a later declaration does not give it another meaning."""
    return {field.code: measure_of(field) for field in register.fields}


def misfit(field: Field, value: Any, measure: str) -> str:
    """Why a value does not fit its field, empty where it does. `measure`: as what it was recorded, empty where nobody kept that."""
    if value is None:
        return MISSING if field.required else ""
    if measure and measure != measure_of(field):
        return UNIT if measure.split(" ")[0] == field.type else TYPE
    if not _shaped(field, value):
        return TYPE
    if field.type == "choice" and value not in field.choices:
        return CHOICE
    return BOUNDS if field.type in NUMERIC and _outside(field, Decimal(value)) else ""


def usable(field: Field, value: Any, measure: str) -> bool:
    """Whether a value may be reckoned with, sorted, or offered again in a form: it means what the field means now."""
    return value is not None and misfit(field, value, measure) not in (TYPE, UNIT, CHOICE)


def misfits(register: Register, key: str, values: Mapping[str, Any], kept: Mapping[str, str]) -> Iterator[Misfit]:
    """All that does not fit in one row; `kept`: as what its values were recorded, by field."""
    for field in register.fields:
        why = misfit(field, values.get(field.code), kept.get(field.code, ""))
        if why:
            yield Misfit(field.code, why)
    for code in sorted(set(values) - {field.code for field in register.fields}):
        yield Misfit(code, REMOVED)
    if all(code in values for code in register.key) and key_of(register, values) != key:
        yield Misfit("", KEY)


def _shaped(field: Field, value: Any) -> bool:
    """Whether a value is kept in the way that rules.read_value keeps those of the field."""
    if field.type == "yes_no":
        return isinstance(value, bool)
    if field.type in ("whole", "money_fen"):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and _written(field.type, value)


def _written(kind: str, value: str) -> bool:
    try:
        if kind == "date":
            date.fromisoformat(value)
        return kind != "decimal" or Decimal(value).is_finite()
    except (ValueError, InvalidOperation):
        return False


def _outside(field: Field, value: Decimal) -> bool:
    below = field.least is not None and value < Decimal(str(field.least))
    return below or (field.most is not None and value > Decimal(str(field.most)))
