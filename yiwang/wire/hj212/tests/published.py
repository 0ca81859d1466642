"""The public packets that lie beside the project (YIWANG_SHARED_DATA), with what their columns say of each."""

import csv
import gzip
import io
import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data")) / "hj212"
PACKETS, SESSION = FOLDER / "packets.tsv", FOLDER / "simulator_session.tsv.gz"
needs_packets = pytest.mark.skipif(
    not PACKETS.exists(), reason=f"the public packets are not at {FOLDER} (set YIWANG_SHARED_DATA)"
)

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    """The rows of one of the two files; none when it is not there."""
    if not path.exists():
        return []
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
