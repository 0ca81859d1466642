"""What Django's settings need from towns/<town>/town.yaml before anything else is loaded.

What is wrong with such a file is said by `yiwang town check`; here it counts as not being there.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from yiwang.kernel.people.rules import CodeLimits, VisitorLimits
from yiwang.kernel.plainyaml import plain

L = TypeVar("L", CodeLimits, VisitorLimits)


def is_demonstration(town_dir: Path) -> bool:
    """Whether town.yaml says `demonstration: true`. Anything else, also a file that cannot be read, is no demonstration."""
    return _card(town_dir).get("demonstration") is True


def code_limits(town_dir: Path) -> CodeLimits:
    """The most codes in an hour that town.yaml sets under `codes`; our own limits where it sets none."""
    return _limits(town_dir, "codes", CodeLimits)


def visitor_limits(town_dir: Path) -> VisitorLimits:
    """The most that one address sends in an hour without logging in, as town.yaml sets it under `visitors`; else our own limits."""
    return _limits(town_dir, "visitors", VisitorLimits)


def _limits(town_dir: Path, name: str, kind: type[L]) -> L:
    said = _card(town_dir).get(name)
    known = {field.name for field in fields(kind)}
    given = said.items() if isinstance(said, dict) else ()
    return kind(**{key: value for key, value in given if key in known and type(value) is int and value > 0})


def _card(town_dir: Path) -> dict[str, Any]:
    try:
        content = plain((town_dir / "town.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
