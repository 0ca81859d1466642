"""The import contracts hold, and each of them really catches what it is for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"

PLANTED = {
    "The way of the data": ("yiwang/kernel/files/store.py", "import yiwang.cases.facts"),
    "Inside the kernel": ("yiwang/kernel/wording.py", "import yiwang.kernel.people.queries"),
    "Packs do not know each other": ("yiwang/packs/grid/rules.py", "import yiwang.packs.hotline"),
    "Packs know no Django": ("yiwang/packs/works/commands.py", "import django.db"),
    "web does not know the packs": ("yiwang/web/desk/planted.py", "import yiwang.packs.grid"),
    "Intake siblings": ("yiwang/intake/planted/steps.py", "import yiwang.intake.reports.facts"),
    "No cycles": ("yiwang/kernel/people/facts.py", "import yiwang.kernel.places.facts"),
    "rules and facts are pure": ("yiwang/kernel/files/rules.py", "import yiwang.kernel.files.store"),
    "queries never write": ("yiwang/cases/queries.py", "import yiwang.cases.steps"),
    "Appliers know facts and rows only": ("yiwang/kernel/files/apply.py", "import yiwang.kernel.walltime"),
    "Appliers are called by the journal alone": ("yiwang/cases/steps/planted.py", "import yiwang.cases.apply"),
    "What stands at /admin only looks": ("yiwang/cases/admin.py", "import yiwang.cases.steps.forward"),
    "Nobody imports what a module shows at /admin": ("yiwang/web/desk/planted.py", "import yiwang.cases.admin"),
    "wire imports nothing of ours": ("yiwang/wire/planted.py", "import yiwang.kernel.problems"),
    "Only gateways import wire": ("yiwang/web/desk/planted.py", "import yiwang.wire.open311.fields"),
    "Tables of kernel.people": ("yiwang/kernel/places/queries.py", "import yiwang.kernel.people.models"),
    "Tables of kernel.journal": ("yiwang/cases/steps/planted.py", "import yiwang.kernel.journal.models"),
    "Tables of kernel.places": ("yiwang/cases/steps/planted.py", "import yiwang.kernel.places.models"),
    "Tables of kernel.files": ("yiwang/cases/steps/planted.py", "import yiwang.kernel.files.models"),
    "Tables of kernel.notices": ("yiwang/cases/steps/planted.py", "import yiwang.kernel.notices.models"),
    "Tables of registers": ("yiwang/cases/steps/planted.py", "import yiwang.registers.models"),
    "Tables of cases": ("yiwang/intake/reports/steps/planted.py", "import yiwang.cases.models"),
    "Tables of indicators": ("yiwang/web/desk/planted.py", "import yiwang.indicators.models"),
    "Tables of intake.reports": ("yiwang/web/desk/planted.py", "import yiwang.intake.reports.models"),
    "Tables of intake.sensing.alarms": ("yiwang/web/desk/planted.py", "import yiwang.intake.sensing.alarms.models"),
    "Tables of intake.sensing.samples": ("yiwang/web/desk/planted.py", "import yiwang.intake.sensing.samples.models"),
    "Tables of intake.sensing are": ("yiwang/web/desk/planted.py", "import yiwang.intake.sensing.models"),
    "Tables of plan.summaries": ("yiwang/web/desk/planted.py", "import yiwang.plan.summaries.models"),
    "Tables of plan": ("yiwang/web/desk/planted.py", "import yiwang.plan.models"),
}
"""The beginning of a contract's name; a file, and a line that breaks the contract there."""

SECOND_HALF_OF_THE_CYCLE = ("yiwang/kernel/places/facts.py", "import yiwang.kernel.people.facts")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the tree below root, which comes before the installed one."""
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "500"}
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def broken(output: str) -> set[str]:
    return {match[1].strip() for match in re.finditer(r"^(.+?) ?BROKEN\b", output, re.MULTILINE)}


@pytest.fixture
def copy(tree: Any, tmp_path: Path) -> Path:
    """The package's Python files and the contracts, to plant faults in."""
    shutil.copy(tree.root / ".importlinter", tmp_path)
    for source in [*tree.sources]:
        if source.name.startswith("yiwang/"):
            target = tmp_path / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source.path, target)
    return tmp_path


def plant(root: Path, name: str, line: str) -> None:
    path = root / name
    for folder in (path.parent, *path.parent.parents):
        if folder == root:
            break
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")


def test_the_imports_keep_the_contracts(tree: Any) -> None:
    done = lint(tree.root)
    assert done.returncode == 0, done.stdout[done.stdout.find("Contracts\n") :] + done.stderr
    assert "0 broken" in done.stdout


def test_every_contract_catches_its_planted_fault(copy: Path) -> None:
    for name, line in [*PLANTED.values(), SECOND_HALF_OF_THE_CYCLE]:
        plant(copy, name, line)
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    caught = broken(done.stdout)
    missed = [contract for contract in PLANTED if not any(name.startswith(contract) for name in caught)]
    assert not missed, f"not caught: {missed}\n{done.stdout}"


def test_every_contract_has_a_planted_fault(tree: Any) -> None:
    names = re.findall(r"^name = (.+)$", (tree.root / ".importlinter").read_text(encoding="utf-8"), re.MULTILINE)
    without = [name for name in names if not any(name.startswith(contract) for contract in PLANTED)]
    assert not without, "plant a fault above for each new contract"
