"""The table of docs/reference/performance.md: `python -m benchmarks FOLDER`; its towns are made by `python -m benchmarks fill FOLDER`.

For each town in FOLDER (10k, 100k, 1m): `yiwang up`, pages over HTTP, figures, reports and life cycles, each beside bare SQL; then
the first start of a new town, and the journal alone with sealing on. `--only 10k` measures one town, `--to FILE` keeps the
table (.md) or the figures (.json). Reports and life cycles stay in the towns: they grow by some thousands each time.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import fill, town
from yiwang.kernel import ids
from yiwang.project import environment, postgres

PORT = 8790
AIMS = {"public reports": "≥ 200/s, ≥ 1/5 of bare", "life cycles": "≥ 60/s; ≤ 1.5×", "work list": "≤ 100 ms; ≤ 1.5×", "search": "≤ 100 ms",
        "all indicators, after one change": "≤ 1 s", "all indicators, from everything": "≤ 10 s"}  # fmt: skip
console = Console(width=150)


def measured(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """What measures.py finds in this town, which is started for it."""
    console.print(f"[bold]{folder.name}[/bold]")
    with town.running(folder, given.port) as ready_s:
        town.calm()
        command = [
            sys.executable,
            "-m",
            "benchmarks.measures",
            str(folder),
            f"http://127.0.0.1:{given.port}",
            str(given.seconds),
            str(given.times),
        ]
        answer = subprocess.run(command, check=True, cwd=town.ROOT, env=town.of(folder), stdout=subprocess.PIPE)  # noqa: S603 - our own command
    return {**json.loads(answer.stdout), "ready_s": ready_s}


def first_start(port: int) -> float:
    """Seconds from the command to the first page, in a data folder that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="yiwang-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with town.running(Path(folder) / "var", port) as ready_s:
            return ready_s


def journal() -> list[tuple[str, str, str]]:
    """The table of journal.py (what, figure, to bare), in a test database of a server of its own."""
    with tempfile.TemporaryDirectory(prefix="yiwang-benchmark-") as name:
        Path(name).chmod(0o711)
        folder = Path(name) / "var"
        os.environ["YIWANG_DATA"] = str(folder)
        at = environment.data_folder()
        cluster = environment.embedded(at)
        assert cluster is not None  # noqa: S101 - a benchmark
        with environment.database_at_hand(at, cluster, console.print):
            values = {
                **town.of(folder),
                "DATABASE_URL": cluster.url(postgres.SUPERUSER, "postgres"),
                "YIWANG_SECRET_KEY": ids.secret_key(),
            }
            command = [sys.executable, str(Path(__file__).with_name("journal.py"))]
            answer = subprocess.run(command, check=True, cwd=town.ROOT, env=values, stdout=subprocess.PIPE)  # noqa: S603 - our own command
    lines = [
        re.split(r"\s*[│|]\s*", line.strip("│|┃ \n")) for line in answer.stdout.decode().splitlines() if "│" in line
    ]
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in lines]


def machine() -> str:
    """What it was measured on."""
    with Path("/proc/meminfo").open(encoding="ascii") as lines:
        memory = int(next(lines).split()[1]) // 2**20
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory} GB, Python {platform.python_version()}, load {load:.1f} when it began"


def lines(found: dict[str, Any]) -> list[list[str]]:
    """The table, its head first: a row a figure, two columns a town."""
    towns = found["towns"]
    told = [["what", *(head for name in towns for head in (name, "of bare")), "growth", "aim"]]
    for place, row in enumerate(list(towns.values())[-1]["rows"]):
        rows = [one["rows"][place] for one in towns.values()]
        cells = [text for one in rows for text in (f"{one['figure']:.3g} {one['unit']}", ratio(one))]
        least, most = rows[0]["figure"], rows[-1]["figure"]
        grown = least / most if row["unit"] == "/s" else most / least
        told.append([row["what"], *cells, f"{grown:.2f}×" if len(rows) > 1 else "", AIMS.get(row["what"], "")])
    return told


def notes(found: dict[str, Any]) -> list[str]:
    """What the table has no room for."""
    told = [found["machine"]]
    if "first_start_s" in found:
        told.append(f"first start: first page after {found['first_start_s']:.1f} s (aim: ≤ 15 s)")
        told += [" ".join(("journal alone:", *row)) for row in found["journal"]]
    for name, one in found["towns"].items():
        told.append(f"{name}: {one['cases']:,} cases, {one['size']}, first page after {one['ready_s']:.1f} s")
        told += [f"{name}, {row['what']}: {row['note']}" for row in one["rows"]]
    return told


def shown(found: dict[str, Any]) -> None:
    """Table and notes."""
    head, *rows = lines(found)
    table = Table(*head)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for note in notes(found):
        console.print(note, markup=False, highlight=False)


def kept(found: dict[str, Any], file: Path) -> None:
    """The same as Markdown, or as JSON."""
    if file.suffix == ".md":
        head, *rows = lines(found)
        table = [head, ["---"] * len(head), *rows]
        text = "\n".join(
            [*(f"| {' | '.join(row)} |" for row in table), "", *(f"- {note}" for note in notes(found)), ""]
        )
    else:
        text = json.dumps(found, ensure_ascii=False, indent=1)
    file.write_text(text, encoding="utf-8")


def ratio(row: dict[str, Any]) -> str:
    """What part of the speed of bare SQL it has."""
    if not row["bare"]:
        return "–"
    return f"{row['figure'] / row['bare'] if row['unit'] == '/s' else row['bare'] / row['figure']:.2f}"


def main() -> None:
    """Fill or measure."""
    if sys.argv[1:2] == ["fill"]:
        fill.towns(Path(sys.argv[2]).resolve())
        return
    given = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("folder", type=Path)
    given.add_argument("--only", default="", help="10k, 100k or 1m; then neither first start nor journal")
    given.add_argument("--port", type=int, default=PORT)
    given.add_argument(
        "--seconds", type=float, default=12, help="how long reports are sent; life cycles half as long again"
    )
    given.add_argument("--times", type=int, default=6, help="how often each page is asked for")
    given.add_argument("--to", type=Path, help="keep the table (.md) or the figures (.json)")
    wanted = given.parse_args()
    names = [name for name in fill.SIZES if wanted.only in ("", name)]
    if any(not (wanted.folder / name / "town.json").exists() for name in names):
        console.print("Towns are missing and are filled first: once, some twenty minutes and 9 GB.")
        fill.towns(wanted.folder.resolve())
    began = time.monotonic()
    console.print(machine())
    found: dict[str, Any] = {"machine": machine(), "towns": {}}
    if not wanted.only:
        found["first_start_s"] = first_start(wanted.port)
        console.print(f"first start: first page after {found['first_start_s']:.1f} s (aim: ≤ 15 s)")
        found["journal"] = journal()
        for row in found["journal"]:
            console.print("  journal:", *row, highlight=False)
    for name in names:
        found["towns"][name] = measured(wanted.folder.resolve() / name, wanted)
        if wanted.to:  # what there is, should the next town fail
            kept(found, wanted.to)
    shown(found)
    console.print(f"{(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
