"""Which packs are installed: Django's settings ask before anything else is loaded, so nothing of ours is imported here."""

import os
from pathlib import Path

CARD_FILE = "pack.toml"


def folders(*roots: Path) -> list[Path]:
    """The folder of every pack that lies in one of these, by name: a pack is installed by lying there with its pack.toml."""
    found = [path.parent for root in roots for path in root.glob(f"*/{CARD_FILE}")]
    return sorted(found, key=lambda folder: (folder.name, folder))


def named(value: str) -> tuple[Path, ...]:
    """The folders of `YIWANG_PACKS`, in which the town's own packs lie outside the source tree; several with `:` between."""
    return tuple(Path(one).expanduser().resolve() for one in value.split(os.pathsep) if one.strip())
