"""The long lists that a register's form is searched in: teams and places."""

from yiwang.kernel.people.queries import teams
from yiwang.kernel.places.queries import town_map
from yiwang.kernel.terms import Actor
from yiwang.registers.declared import Register
from yiwang.web import house


def options_of(actor: Actor, register: Register) -> dict[str, list[dict[str, str]]]:
    """By field code the options of its teams or places; their value is the code."""
    language = house.language()
    rows = town_map(actor).rows
    found: dict[str, list[dict[str, str]]] = {}
    for field in register.fields:
        if field.type == "team":
            named = [(card.code, card.name(language)) for card in teams(actor)]
        elif field.type == "place":
            named = [(row.code, row.name) for row in rows if str(row.kind) == field.kind]
        else:
            continue
        found[field.code] = [
            {"value": code, "text": name, "group": "", "find": f"{name} {code}"} for code, name in named
        ]
    return found
