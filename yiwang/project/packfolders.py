"""Which packs are installed: Django's settings ask before anything else is loaded, so nothing of ours is imported here."""

from pathlib import Path

CARD_FILE = "pack.toml"


def folders(root: Path) -> list[Path]:
    """The folder of every pack below `root`, by name: a pack is installed by lying there with its pack.toml."""
    return sorted(path.parent for path in root.glob(f"*/{CARD_FILE}"))
