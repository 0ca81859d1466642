"""What registers a town keeps, as packs declare them in `registers.yaml`: each field with its owner, basis, purpose and retention.

Pure: the files are given. A mistake is refused with file and line, and so is a fact that two registers would ask for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from yiwang.kernel.params.loading import refuse_twice
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    choice,
    flag,
    gathered,
    listed,
    mapping,
    matching,
    number,
    optional,
    positive,
    raised,
    read,
    text,
)
from yiwang.kernel.places.rules import Kind
from yiwang.registers.problems import (
    BoundsCrossed,
    ChoicesMisplaced,
    FactAskedTwice,
    FieldReserved,
    KeyNotAField,
    PersonalNotYet,
    PlaceFieldMissing,
    PlaceKindMisplaced,
    RegisterUnknown,
    UnitMissing,
)

TYPES = ("text", "whole", "decimal", "date", "choice", "yes_no", "place", "team", "money_fen")
NUMERIC = ("whole", "decimal", "money_fen")
MASTER = "master"
PLACES = ("none", "point", "place")
DISCLOSURES = ("public", "internal")
POINT_FIELDS = ("longitude", "latitude")
RESERVED = (*POINT_FIELDS, "valid_from")
"""Names that a sheet of every register may have besides its fields."""

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `kind`: of places, for a place; `fact`: what it states, so that nobody is asked for it twice."""

    code: str
    name: Names
    type: str
    unit: str
    required: bool
    choices: Mapping[str, Names]
    least: object
    most: object
    kind: str
    fact: str


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `mirror_of`: whose list it repeats; empty where the town itself is the source. Retention in months."""

    code: str
    name: Names
    systems: tuple[str, ...]
    mirror_of: str
    owner: str
    legal_basis: str
    purpose: Names
    retention_months: int
    disclosure: str
    place: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    pack: str
    owner_at: Node
    """Where the pack names the owner: every town that starts with the pack must have that team."""

    def field(self, code: str) -> Field:
        """The field of that code. Raises KeyError."""
        return {one.code: one for one in self.fields}[code]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every register by code."""

    by_code: Mapping[str, Register]

    def register(self, code: str) -> Register:
        """Raises RegisterUnknown."""
        if code not in self.by_code:
            raise RegisterUnknown(register=code)
        return self.by_code[code]

    def all(self) -> tuple[Register, ...]:
        return tuple(self.by_code[code] for code in sorted(self.by_code))


CODE = matching(r"[a-z]+(_[a-z0-9]+)*", "river")
FACT = matching(r"[a-z]+(_[a-z0-9]+)*\.[a-z]+(_[a-z0-9]+)*", "river.chief_office")
NAMES = mapping({"zh-Hans": text, "en": text})
_CHOICE = mapping({"code": CODE, "name": NAMES})
_FIELD = mapping(
    {
        "code": CODE,
        "name": NAMES,
        "type": choice(*TYPES),
        "unit": optional(text, ""),
        "required": optional(flag, False),
        "choices": optional(listed(_CHOICE), []),
        "min": optional(number),
        "max": optional(number),
        "kind": optional(choice(*Kind), ""),
        "personal": optional(flag, False),
        "fact": optional(FACT, ""),
    }
)
_MIRROR = mapping({"of": text})


def _source(node: Node) -> str:
    """`master`, or `{mirror: {of: …}}`: whose list it repeats."""
    if node.value == MASTER:
        return ""
    if not isinstance(node.value, dict):
        raise node.wrong("master / {mirror: {of: …}}")
    return str(mapping({"mirror": _MIRROR})(node)["mirror"]["of"])


_REGISTER = mapping(
    {
        "code": CODE,
        "name": NAMES,
        "systems": listed(matching(r"S(0[1-9]|[12]\d|3[0-8])", "S01 … S38")),
        "source": _source,
        "owner": text,
        "legal_basis": text,
        "purpose": NAMES,
        "retention_months": positive,
        "disclosure": choice(*DISCLOSURES),
        "place": choice(*PLACES),
        "key": listed(CODE),
        "fields": listed(_FIELD),
    }
)


def load(paths: Iterable[Path]) -> Catalogue:
    """Read the files, each a list of registers, into one catalogue.

    Raises a RuleFileProblem with file and line, which carries all others: what the checker of YAML says, DoubleKey, KeyNotAField,
    ChoicesMisplaced, PlaceFieldMissing, PlaceKindMisplaced, FieldReserved, PersonalNotYet, FactAskedTwice.
    """
    codes: dict[str, Node] = {}
    facts: dict[str, Node] = {}

    def register(pack: str, row: Row) -> Register:
        refuse_twice(row, "code", codes)
        gathered(partial(raised, fault) for fault in _faults(row))
        if not row["source"]:  # a mirror repeats what another system was told; the town asks nobody for it
            asked = [field for field in row["fields"] if not _names_the_subject(row, field)]
            gathered(partial(_once, row, field, facts) for field in asked)
        return _register(pack, row)

    def file(path: Path) -> list[Register]:
        return gathered(partial(register, path.parent.name, row) for row in listed(_REGISTER)(read(path)))

    found = [one for registers in gathered(partial(file, path) for path in paths) for one in registers]
    return Catalogue({one.code: one for one in found})


def _names_the_subject(row: Row, field: Row) -> bool:
    """Whether a field only says which place or team the row is about: it is chosen there and states nothing."""
    return bool(row["key"] == [field["code"]] and field["type"] in ("place", "team"))


def _fact(row: Row, field: Row) -> str:
    """What a field states: of the place or team that the row is about where the key is one, else of the register's own thing."""
    if field["fact"]:
        return str(field["fact"])
    return f"{_subject(row)}.{field['code']}"


def _subject(row: Row) -> str:
    """What the rows of a register are about: a kind of place, a team, or the register's own thing."""
    named = next((one for one in row["fields"] if _names_the_subject(row, one)), None)
    return str(row["code"] if named is None else (named["kind"] or "team"))


def _once(row: Row, field: Row, facts: dict[str, Node]) -> None:
    """Refuse a fact that is asked for already, also under another code: what has the same name, of the same subject, is the same."""
    place = field.at("fact") if field["fact"] else field.at("code")
    same_name = [f"{_subject(row)} · {''.join(name.split()).lower()}" for name in field["name"].values()]
    for fact in dict.fromkeys([_fact(row, field), *same_name]):
        known = facts.setdefault(fact, place)
        if known is not place:
            raise place.refuse(FactAskedTwice, fact=fact, first=f"{known.file}:{known.line}")


def _faults(row: Row) -> Iterable[RuleFileProblem]:
    """What is wrong with a register whose keys are all right by themselves."""
    first: dict[str, Node] = {}
    by_code = {field["code"]: field for field in row["fields"]}
    for key in row["key"]:
        if key not in by_code or not by_code[key]["required"]:
            yield row.refuse("key", KeyNotAField, field=key, known=", ".join(by_code))
    if row["place"] == "place" and not any(field["type"] == "place" for field in row["fields"]):
        yield row.refuse("place", PlaceFieldMissing, register=row["code"])
    for field in row["fields"]:
        try:
            refuse_twice(field, "code", first)
        except RuleFileProblem as fault:
            yield fault
        yield from _field_faults(field)


def _field_faults(field: Row) -> Iterable[RuleFileProblem]:
    if field["code"] in RESERVED:
        yield field.refuse("code", FieldReserved, field=field["code"])
    if bool(field["choices"]) != (field["type"] == "choice"):
        yield field.refuse("choices" if field["choices"] else "type", ChoicesMisplaced, field=field["code"])
    twice: dict[str, Node] = {}
    for one in field["choices"]:
        try:
            refuse_twice(one, "code", twice)
        except RuleFileProblem as fault:
            yield fault
    yield from _number_faults(field)
    if bool(field["kind"]) != (field["type"] == "place"):
        yield field.refuse("kind" if field["kind"] else "type", PlaceKindMisplaced, field=field["code"])
    if field["personal"]:
        yield field.refuse("personal", PersonalNotYet, field=field["code"])


def _number_faults(field: Row) -> Iterable[RuleFileProblem]:
    least, most = field["min"], field["max"]
    if least is not None and most is not None and least > most:
        yield field.refuse("min", BoundsCrossed, field=field["code"], least=least, most=most)
    if field["type"] == "decimal" and not field["unit"]:
        yield field.refuse("type", UnitMissing, field=field["code"])


def _register(pack: str, row: Row) -> Register:
    return Register(
        code=row["code"],
        name=dict(row["name"]),
        systems=tuple(row["systems"]),
        mirror_of=row["source"],
        owner=row["owner"],
        legal_basis=row["legal_basis"],
        purpose=dict(row["purpose"]),
        retention_months=row["retention_months"],
        disclosure=row["disclosure"],
        place=row["place"],
        key=tuple(row["key"]),
        fields=(
            *(_field(row, field) for field in row["fields"]),
            *(_point() if row["place"] == "point" else ()),
        ),
        pack=pack,
        owner_at=row.at("owner"),
    )


def _field(register: Row, row: Row) -> Field:
    return Field(
        code=row["code"],
        name=dict(row["name"]),
        type=row["type"],
        unit=row["unit"],
        required=row["required"],
        choices={one["code"]: dict(one["name"]) for one in row["choices"]},
        least=row["min"],
        most=row["max"],
        kind=row["kind"],
        fact=_fact(register, row),
    )


def _point() -> tuple[Field, ...]:
    """The two columns that every register of points has, WGS 84 in degrees."""
    names = {"longitude": {"zh-Hans": "经度", "en": "Longitude"}, "latitude": {"zh-Hans": "纬度", "en": "Latitude"}}
    return tuple(
        Field(code, names[code], "decimal", "°", True, {}, -limit, limit, "", f"point.{code}")
        for code, limit in zip(POINT_FIELDS, (180, 90), strict=True)
    )
