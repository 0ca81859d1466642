"""Forms of a register: one question for each of its fields, made from what the pack declares."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.registers.declared import Field, Register
from yiwang.registers.fitting import usable
from yiwang.registers.rules import LONGEST, LONGEST_KEY
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import found, words
from yiwang.web.desk.forms.people import MISSING, line
from yiwang.web.desk.forms.places import DayInput

INVALID_DAY = {**MISSING, "invalid": _("请写成 2026-11-23 这样的日期。")}
ALWAYS = ("valid_from", "reason")
"""Fields that the form of every register has besides its own."""


def row_form(register: Register, language: str, *, without: tuple[str, ...] = ()) -> type[ActForm]:
    """The form class for one row; `without`: fields that are settled, such as the key of a row that is there already."""
    asked = {
        one.code: _question(one, language, LONGEST_KEY if one.code in register.key else LONGEST)
        for one in register.fields
        if one.code not in without
    }
    asked["valid_from"] = forms.DateField(
        label=_("生效日期"),
        widget=DayInput(format="%Y-%m-%d"),
        help_text=_("从哪一天起是这样。和原来同一天就是更正。"),
        error_messages=INVALID_DAY,
    )
    asked["reason"] = words(_("说明"), required=False, rows=2, most=LONGEST, hint=_("为什么改、依据什么，可不填。"))
    return type("RowForm", (ActForm,), asked)


def label_of(field: Field, language: str) -> str:
    """The field's name, in Chinese with its unit, which packs name in Chinese."""
    return f"{field.name[language]}（{field.unit}）" if field.unit and language == "zh-Hans" else field.name[language]


def _question(field: Field, language: str, most: int) -> forms.Field:
    label = label_of(field, language)
    if field.type in ("team", "place"):
        return found(label, required=field.required)
    if field.type in ("choice", "yes_no"):
        pairs: list[tuple[str, Any]] = [(code, names[language]) for code, names in field.choices.items()]
        pairs = pairs or [("yes", _("是")), ("no", _("否"))]
        return forms.ChoiceField(
            label=label, required=field.required, choices=[("", _("请选择")), *pairs],
            error_messages={"required": _("请选一项。"), "invalid_choice": _("请从清单里选一项。")},
        )  # fmt: skip
    if field.type == "date":
        return forms.DateField(
            label=label, required=field.required, widget=DayInput(format="%Y-%m-%d"), error_messages=INVALID_DAY
        )
    return line(label, most=most, required=field.required, hint=_("单位：元") if field.type == "money_fen" else "")


class EndRow(ActForm):
    on = forms.DateField(label=_("从哪一天起不再有效"), widget=DayInput(format="%Y-%m-%d"), error_messages=INVALID_DAY)
    reason = words(_("说明"), required=False, rows=2, most=LONGEST)


def cells_of(register: Register, given: dict[str, Any]) -> dict[str, Any]:
    """What the form said, by field code, as rules.read_row takes it."""
    return {one.code: given[one.code] for one in register.fields if given.get(one.code) not in (None, "")}


def initial_of(register: Register, values: Any, measures: Any) -> dict[str, Any]:
    """A row's values as the form shows them: yuan for fen, yes and no by their words.

    What was recorded as something else, or in another unit, is asked anew: it stands above the form as it was recorded.
    """
    shown: dict[str, Any] = {}
    for one in register.fields:
        value = values.get(one.code)
        if not usable(one, value, measures.get(one.code, "")):
            continue
        if one.type == "money_fen":
            value = f"{value / 100:.2f}"
        elif one.type == "yes_no":
            value = "yes" if value else "no"
        elif one.type == "date":
            value = date.fromisoformat(value)
        shown[one.code] = value
    return shown
