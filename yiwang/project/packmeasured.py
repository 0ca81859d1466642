"""What packs count of measurements: `measured.py` of a pack in our own source tree, as with commands (docs/adr/0048, 0054)."""

import importlib
from collections.abc import Iterable
from pathlib import Path

from yiwang.indicators.measured import Source, Sources, StationSource
from yiwang.project.packcommands import PACKS

CODE = "measured.py"


def of_packs(folders: Iterable[Path]) -> Sources:
    """Every source of the installed packs by its full name, the pack's name before it. Nothing of a pack from elsewhere is run."""
    found: dict[str, Source | StationSource] = {}
    for folder in map(_with_code, folders):
        if folder.parent == PACKS and (folder / CODE).exists():
            brought: Sources = importlib.import_module(f"yiwang.packs.{folder.name}.measured").MEASURED
            found |= {f"{folder.name}.{name}": source for name, source in brought.items()}
    return found


def _with_code(folder: Path) -> Path:
    """Where the code of a pack is: of one in a copy of our package, which is checked and not run, in our own."""
    return PACKS / folder.name if (folder.parent / "__init__.py").exists() else folder
