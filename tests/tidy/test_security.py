"""docs/reference/security.md names for each threat a test that is there (that its links hit is seen to by test_docs.py)."""

import re
from pathlib import Path

import pytest

from tests.tidy import protection

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "security.md"
TEST = re.compile(r"\]\(\.\./\.\./\S*/test_\w+\.py#test_\w+\)")


def unproved(text: str) -> list[str]:
    """Rows of the page's tables without a guard in words or without a link to a test."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Threat ")]
    cells = {row: [cell.strip() for cell in row.strip("|").split("|")] for row in rows}
    return [row for row, parts in cells.items() if len(parts) != 3 or not all(parts) or not TEST.search(parts[2])]


def test_every_threat_has_a_test_that_proves_its_guard() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("\n| ") > 40
    assert unproved(text) == []


@pytest.mark.parametrize(
    "row",
    [
        "| A threat | A guard | we looked |",
        "| A threat | A guard | [a class](../../yiwang/a.py#Guard) |",
        "| A threat | | [a test](../../yiwang/tests/test_a.py#test_a) |",
    ],
)
def test_a_threat_without_guard_or_test_is_found(row: str) -> None:
    assert unproved(f"| Threat | Guard | Proved by |\n|---|---|---|\n{row}\n") == [row]


def test_every_clause_of_classified_protection_that_is_the_softwares_has_its_proof() -> None:
    found = protection.groups()
    assert sum(len(group["rows"]) for group in found) > 35
    assert protection.faults(found) == []


@pytest.mark.parametrize(
    "row",
    [
        {"third": "1", "by": "somebody", "evidence": "[a](b)"},
        {"third": "1", "by": "yiwang", "evidence": "[a](b)"},
        {"third": "1", "by": "both"},
    ],
)
def test_a_clause_without_proof_or_of_nobody_is_found(row: dict[str, str]) -> None:
    assert protection.faults([{"group": "g", "rows": [row]}])
