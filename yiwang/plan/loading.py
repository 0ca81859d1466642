"""Reading a town's own commitments. The only file of plan that opens files."""

from collections.abc import Collection
from pathlib import Path

from yiwang.kernel.params.yamlfile import read
from yiwang.plan.commitments import Commitment, commitments


def read_commitments(path: Path, *, teams: Collection[str]) -> tuple[Commitment, ...]:
    """The commitments in `plan.yaml` of a town's folder; `teams` are the codes in its departments.yaml.

    Raises a RuleFileProblem with file and line (see `commitments`), UnreadableYaml when there is no such file.
    """
    return commitments(read(path), teams=teams)
