"""What instruments measure: the code list `factors.yaml` with names, unit and physical range, read and checked. Pure: the file is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from yiwang.intake.sensing.problems import FactorBoundsCrossed, FactorUnknown
from yiwang.kernel.params.loading import refuse_twice
from yiwang.kernel.params.problems import DoubleKey
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    flag,
    gathered,
    listed,
    mapping,
    matching,
    number,
    optional,
    read,
    text,
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is measured. `least` and `most` in its unit: what lies outside no instrument can have measured."""

    code: str
    name: Mapping[str, str]
    unit: str
    least: Decimal
    most: Decimal
    codes_2005: tuple[str, ...]
    sent_as: tuple[str, ...]
    """Names that instruments write instead of a code."""
    also: tuple[str, ...]
    """What laboratories call it besides."""
    verified: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code and name under which it may come: the code of 2017 first."""
        return (self.code, *self.codes_2005, *self.sent_as)


@dataclass(frozen=True, slots=True)
class Factors:
    """Every factor, by any of its codes in small letters."""

    by_code: Mapping[str, Factor]

    def of(self, code: str) -> Factor:
        """The factor of a code of 2017 or 2005, or of a name that instruments send. Raises FactorUnknown."""
        found = self.by_code.get(code.lower())
        if found is None:
            raise FactorUnknown(factor=code)
        return found

    def all(self) -> tuple[Factor, ...]:
        """Each factor once, by its code."""
        return tuple(sorted({one.code: one for one in self.by_code.values()}.values(), key=lambda one: one.code))


_FACTOR = mapping(
    {
        "code": matching(r"[a-z]\d{5}", "w01018"),
        "name": mapping({"zh-Hans": text, "en": text}),
        "unit": text,
        "least": number,
        "most": number,
        "codes_2005": optional(listed(matching(r"[A-Z0-9]{3}", '"011"')), []),
        "sent_as": optional(listed(matching(r"[A-Z][A-Za-z0-9.]*", "PM10")), []),
        "also": optional(listed(text), []),
        "verified": flag,
    }
)


def load(path: Path) -> Factors:
    """Read the file. Raises a RuleFileProblem with file and line: the checker's own, DoubleKey, FactorBoundsCrossed."""
    first: dict[str, Node] = {}
    older: dict[str, Row] = {}

    def factor(row: Row) -> Factor:
        refuse_twice(row, "code", first)
        if row["least"] >= row["most"]:
            raise row.refuse("most", FactorBoundsCrossed, factor=row["code"], least=row["least"], most=row["most"])
        for key in ("codes_2005", "sent_as"):
            for code in row[key]:
                other = older.setdefault(code.lower(), row)
                if other is not row:
                    raise row.refuse(key, DoubleKey, key=code, first=f"{other.node.file}:{other.node.line}")
        return Factor(
            code=row["code"],
            name=dict(row["name"]),
            unit=row["unit"],
            least=row["least"],
            most=row["most"],
            codes_2005=tuple(row["codes_2005"]),
            sent_as=tuple(row["sent_as"]),
            also=tuple(row["also"]),
            verified=row["verified"],
        )

    found = gathered(partial(factor, row) for row in listed(_FACTOR)(read(path)))
    return Factors({code.lower(): one for one in found for code in one.codes})
