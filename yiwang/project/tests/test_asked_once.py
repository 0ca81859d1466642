"""A fact is asked for once: what registers, case types and the forms of the town's rooms ask for, in one list, nothing twice.

The list is made without the loader that refuses a fact twice, so it does not depend on it. What a form asks is declared here:
a form that is not in the tables fails the test, so that nobody adds one without saying what it asks.
"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django import forms
from django.conf import settings

import yiwang.web

NOT_FACTS = {
    "reason", "version", "datum", "longitude", "latitude", "geometry", "illustrative",
}  # fmt: skip
"""Fields of many forms that state nothing of the town by themselves: why it is done, what was seen, how a shape is written."""

OF_A_THING: dict[str, dict[str, str]] = {
    "DescribedPlace": {
        "kind": "place.kind", "code": "place.code", "name": "place.name", "name_en": "place.name_en", "aliases": "place.aliases",
        "parent": "place.parent", "source": "place.source",
    },
    "NewTeam": {
        "code": "team.code", "kind": "team.kind", "name_zh": "team.name_zh", "name_en": "team.name_en", "parent": "team.parent",
        "committee": "team.committee", "position": "team.position",
    },
    "NewAccount": {
        "username": "account.username", "name": "account.name", "phone": "account.phone", "password": "account.password",
    },
    "PlanShift": {"begins_at": "shift.begins_at", "ends_at": "shift.ends_at", "note": "shift.note"},
}  # fmt: skip
"""Forms that describe something the town knows, with the fact that each field states."""
AGAIN = {
    "ChangedPlace": "DescribedPlace", "RetirePlace": "", "ImportPlaces": "", "Rename": "NewAccount", "MailAddress": "",
    "NewPassword": "NewAccount", "OwnPassword": "NewAccount", "GiveRole": "NewAccount", "TakeRole": "", "NothingAsked": "",
    "RenameTeam": "NewTeam", "CancelShift": "", "EndRow": "", "SecondFactor": "", "ResetSecondFactor": "",
}  # fmt: skip
"""Forms that put right what the named form said, or end it: they ask for what has changed, not again for what is known."""
OF_THE_TOWN = ("yiwang.web.desk.forms.places", "yiwang.web.desk.forms.people", "yiwang.web.desk.forms.registers")
"""Where the forms lie that describe what the town knows. The others say what happens to one case or promise: a report when it comes in,
an arrow when it is taken. Each is said of that one at that moment, so it is a fact of its own: `<form>.<field>`."""
MADE_FOR_ONE = "RowForm"
"""The form that is made for one register from what it declares."""


def form_classes() -> dict[str, type[forms.Form]]:
    """Every form class of the rooms by name, those that only others are made from left out."""
    for found in pkgutil.walk_packages(yiwang.web.__path__, "yiwang.web."):
        if ".tests" not in found.name and ".migrations" not in found.name:
            importlib.import_module(found.name)
    known: dict[str, type[forms.Form]] = {}
    waiting = list(forms.Form.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        ours = one.__module__.startswith("yiwang.web") and one.__name__ != MADE_FOR_ONE
        if ours and one.base_fields:  # type: ignore[attr-defined]
            known[one.__name__] = one
    return known


def asked_by_registers() -> Iterator[tuple[str, str]]:
    """Facts that registers ask for, each with where. What only names a place or a team states nothing."""
    for folder in settings.PACKS:
        path = folder / "registers.yaml"
        for register in yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else ():
            if register["source"] != "master":
                continue
            kinds = {
                one["code"]: one.get("kind", one["type"])
                for one in register["fields"]
                if one["type"] in ("place", "team")
            }
            subject = kinds.get(register["key"][0], register["code"]) if len(register["key"]) == 1 else register["code"]
            for one in register["fields"]:
                if [one["code"]] != register["key"] or one["code"] not in kinds:
                    yield one.get("fact", f"{subject}.{one['code']}"), f"{register['code']}.{one['code']}"


def asked_by_forms() -> Iterator[tuple[str, str]]:
    for name, one in form_classes().items():
        for asked in one.base_fields:  # type: ignore[attr-defined]
            if asked in NOT_FACTS or name in AGAIN:
                continue
            yield OF_A_THING.get(name, {}).get(asked, f"{name}.{asked}"), f"{name}.{asked}"


def said_of_places(fact: str) -> str:
    """What a register says of a river by the name of a place's own field is asked for by the form of places already."""
    subject, _, said = fact.partition(".")
    of_place = f"place.{said}"
    kinds = {"river", "road", "estate", "building", "facility", "site", "component"}
    return of_place if subject in kinds and of_place in OF_A_THING["DescribedPlace"].values() else fact


def twice(asked: list[tuple[str, str]]) -> dict[str, list[str]]:
    counted = Counter(said_of_places(fact) for fact, _ in asked)
    return {
        fact: sorted(where for one, where in asked if said_of_places(one) == fact)
        for fact, n in counted.items()
        if n > 1
    }


def test_no_fact_is_asked_for_twice():
    everything = [*asked_by_registers(), *asked_by_forms()]
    facts = {fact for fact, _ in everything}
    assert {
        "river.chief_office",
        "works_project.starts_on",
        "place.name",
        "account.phone",
        "Return.legal_basis",
    } <= facts
    assert twice(everything) == {}


def test_every_form_says_what_it_asks():
    """A form that describes what the town knows stands in one of the tables; none of what it asks is left out there."""
    known = form_classes()
    assert {name for name, one in known.items() if one.__module__ in OF_THE_TOWN} <= {*OF_A_THING, *AGAIN}
    strangers = {
        f"{name}.{asked}"
        for name in OF_A_THING
        for asked in known[name].base_fields  # type: ignore[attr-defined]
        if asked not in OF_A_THING[name] and asked not in NOT_FACTS
    }
    assert strangers == set()


def test_a_case_type_asks_for_nothing_by_itself():
    """What is asked about a case is asked by the forms above: a type that brought questions of its own would have to be listed here."""
    asked: set[str] = set()
    for folder in settings.PACKS:
        path = folder / "case_types.yaml"
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"classes": []}
        asked |= {key for one in content["classes"] for kind in one["types"] for key in kind}
    assert asked <= {"code", "name", "department", "demand", "photo", "urgent", "limits", "examples"}


@pytest.mark.parametrize(
    ("added", "told"),
    [
        (("river.width_m", "river_upkeep.width_m"), {"river.width_m": ["river.width_m", "river_upkeep.width_m"]}),
        (("estate.name", "estates.name"), {"place.name": ["DescribedPlace.name", "estates.name"]}),
        (("account.phone", "grid_workers.phone"), {"account.phone": ["NewAccount.phone", "grid_workers.phone"]}),
    ],
)
def test_a_fact_that_is_asked_for_again_is_told_with_both_places(added, told):
    assert twice([*asked_by_registers(), *asked_by_forms(), added]) == told
