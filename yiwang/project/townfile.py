"""What Django's settings need from towns/<town>/town.yaml before anything else is loaded.

What is wrong with such a file is said by `yiwang town check`; here it counts as not being there.
"""

from pathlib import Path
from typing import Any

import yaml

from yiwang.kernel.people.rules import CodeLimits


def is_demonstration(town_dir: Path) -> bool:
    """Whether town.yaml says `demonstration: true`. Anything else, also a file that cannot be read, is no demonstration."""
    return _card(town_dir).get("demonstration") is True


def code_limits(town_dir: Path) -> CodeLimits:
    """The most codes in an hour that town.yaml sets under `codes`; our own limits where it sets none."""
    said = _card(town_dir).get("codes")
    known = CodeLimits.__dataclass_fields__
    given = said.items() if isinstance(said, dict) else ()
    return CodeLimits(**{key: value for key, value in given if key in known and type(value) is int and value > 0})


def _card(town_dir: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load((town_dir / "town.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
