"""Commands that packs bring: `pack.toml` names one, `commands.py` beside it has its typer application (ADR 0048).

Only packs in our own source tree bring any: a pack from elsewhere is data, and nothing of it is run. Read without loading the
pack, so that the list of commands stays quick.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yiwang.project import packfolders

PACKS = Path(__file__).resolve().parents[1] / "packs"
CODE = "commands.py"


@dataclass(frozen=True, slots=True)
class PackCommand:
    """Where the typer application `app` of a command lies, and its line in the list of commands."""

    module: str
    help: str


def found(root: Path = PACKS, package: str = "yiwang.packs") -> Mapping[str, PackCommand]:
    """Every command of a pack by its name. They answer from files and dated rules, and need no database."""
    commands = {}
    for folder in packfolders.folders(root):
        stated = _card(folder / packfolders.CARD_FILE).get("command")
        if isinstance(stated, dict) and (folder / CODE).exists():
            commands[str(stated.get("name"))] = PackCommand(
                f"{package}.{folder.name}.commands", str(stated.get("help"))
            )
    return commands


def _card(path: Path) -> dict[str, object]:
    """An unreadable card has no command: `yiwang town check` and every start tell its fault with the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}
