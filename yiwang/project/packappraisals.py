"""Judges that packs bring: `appraisals.py` of a pack in our own source tree, as with commands (docs/adr/0048, 0053)."""

import importlib
from collections.abc import Iterable
from pathlib import Path

from yiwang.kernel.appraisals import Judge, Judges
from yiwang.project.packcommands import PACKS

CODE = "appraisals.py"


def of_packs(folders: Iterable[Path]) -> Judges:
    """Every judge of the installed packs by its full name, the pack's name before it. Nothing of a pack from elsewhere is run."""
    found: dict[str, Judge] = {}
    for folder in folders:
        if folder.parent == PACKS and (folder / CODE).exists():
            brought: Judges = importlib.import_module(f"yiwang.packs.{folder.name}.appraisals").APPRAISALS
            found |= {f"{folder.name}.{name}": judge for name, judge in brought.items()}
    return found
