"""Looking at a town's folder of places without loading it: every fault with file and line. Needs no database."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from yiwang.kernel.places.geojson import read_geojson
from yiwang.kernel.places.grid import check_grid
from yiwang.kernel.places.loading import read_folder
from yiwang.kernel.places.rules import Draft
from yiwang.kernel.problems import Problem

_FEATURES = re.compile(r'"features"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class PlaceFault:
    """One fault. `feature` is its number in the file (from 1), 0 where the file as a whole cannot be used."""

    file: Path
    line: int
    feature: int
    property: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class CheckedPlaces:
    """The good places of a folder and all faults. `whole` is false when a file could not be read, so that places are missing."""

    drafts: tuple[Draft, ...]
    faults: tuple[PlaceFault, ...]
    whole: bool


def check_places(folder: Path) -> CheckedPlaces:
    """Every file of places read as it would be loaded, and the grid looked at."""
    unreadable = [fault for path in sorted(folder.glob("*.geojson")) if (fault := _unreadable(path))]
    if unreadable:
        return CheckedPlaces((), tuple(unreadable), whole=False)
    found = read_folder(folder)
    contents = {path.name: path.read_bytes() for path in folder.glob("*.geojson")}
    lines = {
        name: feature_lines(content.decode(json.detect_encoding(content), "surrogatepass"))
        for name, content in contents.items()
    }

    def placed(file: str, number: int, at: str, problem: Problem) -> PlaceFault:
        return PlaceFault(folder / file, lines[file][number - 1], number, at, problem)

    faults = [placed(one.file, one.refusal.number, one.refusal.property, one.refusal.problem) for one in found.refusals]
    faults += [placed(*found.origins[one.key], "geometry", one.problem) for one in check_grid(found.drafts)]
    return CheckedPlaces(found.drafts, tuple(faults), whole=True)


def _unreadable(path: Path) -> PlaceFault | None:
    try:
        read_geojson(path.read_bytes())
    except Problem as problem:
        cause = problem.__cause__
        line = cause.lineno if isinstance(cause, json.JSONDecodeError) else 1
        return PlaceFault(path, line, 0, "", problem)
    return None


def feature_lines(content: str) -> list[int]:
    """On which line (from 1) each feature of a FeatureCollection begins. The content is known to be one."""
    decoder = json.JSONDecoder(parse_constant=str)  # NaN as text: it would equal nothing, not even itself
    wanted = decoder.decode(content)["features"]
    for start in _FEATURES.finditer(
        content
    ):  # a property, too, may be called "features": the real one gives the same list
        lines: list[int] = []
        features: list[object] = []
        at = _after(content, start.end())
        while content[at] != "]":
            lines.append(content.count("\n", 0, at) + 1)
            feature, end = decoder.raw_decode(content, at)
            features.append(feature)
            at = _after(content, end)
        if features == wanted:
            return lines
    return [1] * len(wanted)


def _after(content: str, at: int) -> int:
    """The next position that is neither space nor comma."""
    found = _BETWEEN.match(content, at)
    return found.end() if found else at
