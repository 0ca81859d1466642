"""Reading a town's own promises and their contents. The only file of plan that opens files."""

from collections.abc import Collection, Iterable
from pathlib import Path

from yiwang.kernel.params.yamlfile import read
from yiwang.plan.commitments import Commitment, commitments
from yiwang.plan.items import Contents, contents
from yiwang.plan.problems import ItemUnknown
from yiwang.plan.sources import Known

PROMISES, CONTENTS = "plan.yaml", "plan_items.yaml"
"""The files of a town's folder: its promises, and the chapters and items they stand in."""


def read_commitments(
    path: Path, *, teams: Collection[str], known: Known | None = None, of_packs: Iterable[Path] = ()
) -> tuple[Commitment, ...]:
    """The commitments in `plan.yaml` of a town's folder, then those of packs; `teams` are the codes in its departments.yaml, `known` as
    `commitments` has it.

    Raises a RuleFileProblem with file and line (see `commitments`), UnreadableYaml when there is no such file.
    """
    return commitments(read(path), teams=teams, known=known, of_packs=[read(one) for one in of_packs])


def read_contents(path: Path, *, teams: Collection[str] | None = None) -> Contents:
    """The contents in `plan_items.yaml` of a town's folder; `teams` as for the promises. Raises a RuleFileProblem with file and line."""
    return contents(read(path), teams=teams)


def refuse_strangers(promises: Iterable[Commitment], known: Contents) -> None:
    """Every promise stands in an item of the contents. Raises ItemUnknown with the first that does not."""
    numbers = {item.no for item in known.items}
    for one in promises:
        if one.item not in numbers:
            raise ItemUnknown(file=PROMISES, line=1, row=one.row, item=one.item, contents=CONTENTS)
