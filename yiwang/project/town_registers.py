"""The rows of registers that a demonstration town brings: `registers/<register>.csv` in its folder. Again: only what differs."""

import hashlib
from pathlib import Path

from yiwang.kernel.terms import Call
from yiwang.kernel.wording import LANGUAGES, problem_text
from yiwang.project.town_problems import TownRefused
from yiwang.registers import importing, queries


def load_registers(folder: Path, *, call: Call) -> tuple[int, int]:
    """Take every sheet in; gives how many rows came in and how many were there already.

    Raises TownRefused with each row that cannot be used: invented rows have no excuse.
    """
    entered = unchanged = 0
    for path in sorted(folder.glob("*.csv")):
        content = path.read_bytes()
        if before := _taken(path.stem, content, call):
            unchanged += before.entered + before.unchanged
            continue
        done = importing.take(path.stem, content, path.name, call=call)
        if done.refused:
            raise TownRefused("\n".join(_told(path, one) for one in done.refused))
        entered += done.fact.entered
        unchanged += done.fact.unchanged
    return entered, unchanged


def _taken(code: str, content: bytes, call: Call) -> queries.LoadView | None:
    """The taking in of this very sheet, if it is the last that the register took in."""
    digest = hashlib.sha256(content).hexdigest()
    return next((one for one in queries.loads(call.actor, code, 1) if one.sha256 == digest), None)


def _told(path: Path, refused: importing.Refused) -> str:
    words = " ".join(part for code in LANGUAGES for part in problem_text(refused.problem, code).values())
    return f"{path}:{refused.row}: {refused.column} {words}"
