"""The one thing that Django's settings need from towns/<town>/town.yaml before anything else is loaded."""

from pathlib import Path

import yaml


def is_demonstration(town_dir: Path) -> bool:
    """Whether town.yaml says `demonstration: true`. Anything else, also a file that cannot be read, is no demonstration.

    What is wrong with such a file is said by `yiwang town check`.
    """
    try:
        content = yaml.safe_load((town_dir / "town.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return False
    return isinstance(content, dict) and content.get("demonstration") is True
