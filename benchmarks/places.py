"""In which grid cell and committee a point lies, and what is next to it: `.venv/bin/python -m benchmarks.places FOLDER`

FOLDER is the data folder of a demonstration town (`python -m benchmarks fill` makes some). The points lie anywhere in a box around
the town, so that some are outside. Beside it the bare look-up of the same points in shapely's tree of the same cells, without their
order, their committee or a row.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from rich.console import Console
from rich.table import Table

from benchmarks import town

POINTS = 40_000
SEED = 7


def per_second(work: Callable[[], object], times: int) -> float:
    """The best of three rounds."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return times / min(took)


def main(folder: Path) -> None:
    """Measure in the map of this town."""
    with town.database(folder):
        town.speak_to(folder)
        from yiwang.kernel.places import queries
        from yiwang.kernel.places.rules import Kind
        from yiwang.kernel.terms import Actor, ActorKind, Point

        actor = Actor(ActorKind.SYSTEM)
        there = queries.town_map(actor)
        assert there.town is not None  # noqa: S101 - a benchmark
        west, south, east, north = there.town.geometry.bounds
        anywhere = np.random.default_rng(SEED).uniform((west, south), (east, north), (POINTS, 2))
        points = [Point(*one) for one in anywhere.tolist()]
        cells = shapely.STRtree([row.geometry for row in there.rows if row.kind == Kind.GRID_CELL])
        few = points[: POINTS // 10]
        rows = (
            ("cell and committee", lambda: [there.locate(one) for one in points], POINTS),
            ("cell, committee and the place next to it", lambda: [queries.locate(actor, one) for one in few], len(few)),
            ("bare: the tree alone, a point at a time", lambda: [
                cells.query(shapely.Point(one.longitude, one.latitude), predicate="intersects") for one in points
            ], POINTS),
        )  # fmt: skip
        table = Table("what", "points/s")
        for what, work, times in rows:
            table.add_row(what, f"{per_second(work, times):,.0f}")
        Console().print(table)
        inside = sum(there.locate(one).cell_id is not None for one in points)
        Console().print(f"{len(there.rows):,} places; {inside:,} of {POINTS:,} points lie in a cell (aim: 20,000/s)")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
