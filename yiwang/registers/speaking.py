"""A register's values in words: as they were recorded, also where the pack declares the field in another way by now."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yiwang.kernel.places.spelling import sort_key
from yiwang.kernel.terms import Actor
from yiwang.registers import naming
from yiwang.registers.declared import NUMERIC, Field, Register
from yiwang.registers.fitting import measure_of, usable

YES_NO = {"en": ("No", "Yes"), "zh-Hans": ("否", "是")}
YUAN = "元"
NOTHING_KEPT: Mapping[str, str] = {}


class Speaker:
    """Says values in words of one language: names of places and teams, choices, yes and no, yuan."""

    def __init__(self, actor: Actor, register: Register, language: str) -> None:
        self._register, self._language = register, "en" if language.startswith("en") else "zh-Hans"
        self._teams, self._places = naming.shown_names(actor, self._language)

    def row(self, values: Mapping[str, Any], kept: Mapping[str, str] = NOTHING_KEPT) -> dict[str, str]:
        """Every field's words; empty where the row says nothing. `kept`: as what each value was recorded, by field."""
        return {
            field.code: self.value(field, values.get(field.code), kept.get(field.code, ""))
            for field in self._register.fields
        }

    def removed(self, values: Mapping[str, Any], kept: Mapping[str, str] = NOTHING_KEPT) -> dict[str, str]:
        """The words of what the row says in fields that the register has no more, by their codes."""
        gone = sorted(set(values) - {field.code for field in self._register.fields})
        return {code: self._recorded(values[code], kept.get(code, "")) for code in gone}

    def value(self, field: Field, value: Any, measure: str = "") -> str:
        """One value's words. One that was recorded as something else, or in another unit, is said as it was recorded."""
        if value is None:
            return ""
        if field.type == "choice" and measure in ("", "choice") and value in field.choices:
            return field.choices[value][self._language]
        if usable(field, value, measure):
            return self._plain(value, measure_of(field))
        return self._recorded(value, measure)

    def _recorded(self, value: Any, measure: str) -> str:
        """With its unit, because the head of the column names another one."""
        kind, _, unit = measure.partition(" ")
        unit = YUAN if kind == "money_fen" else unit
        words = self._plain(value, measure)
        return f"{words} {unit}" if unit and kind in NUMERIC else words

    def _plain(self, value: Any, measure: str) -> str:
        kind, _, of = measure.partition(" ")
        if isinstance(value, bool):
            return YES_NO[self._language][value]
        if kind == "team":
            return self._teams.get(value, str(value))
        if kind == "place":
            return self._places.get((of, value), str(value))
        return f"{Decimal(value) / 100:.2f}" if kind == "money_fen" else str(value)

    def order(self, field: Field, value: Any, measure: str = "") -> tuple[int, Any]:
        """Numbers by size, days by date, words by pinyin; what is missing stands first, then what is not of the field's kind."""
        numeric = field.type in NUMERIC
        if value is None:
            return 0, Decimal(0) if numeric else ""
        if not usable(field, value, measure):
            return 1, Decimal(0) if numeric else sort_key(self.value(field, value, measure))
        return 2, Decimal(value) if numeric else sort_key(self.value(field, value, measure))
