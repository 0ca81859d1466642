"""docs/reference/protection.md: what 等保 2.0 asks of the software, and what answers it, made from protection.yaml."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs" / "reference" / "protection.yaml"
BY = {"yiwang": "the software", "both": "the software, and the town", "town": "the town"}
HEAD = """Classified protection of cybersecurity (网络安全等级保护, GB/T 22239-2019), general requirements of levels 2 and 3.
What is asked stands here in few words of our own. **Clause numbers and letters were written down by us, and nobody has
held them against the printed standard yet (`verified: false`)**: an assessor works from the standard, and this table says
where to look. Extensions for cloud, mobile, sensors and industrial control are not listed."""


def groups() -> list[dict[str, Any]]:
    """The source, as it is written."""
    found: list[dict[str, Any]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return found


def faults(found: list[dict[str, Any]]) -> list[str]:
    """Rows with an unknown `by`, and rows of the software's that neither a test nor a piece of evidence stands behind."""
    rows = [row for group in found for row in group["rows"]]
    unknown = [f"{row['third']}: by {row['by']}" for row in rows if row["by"] not in BY]
    bare = [row["third"] for row in rows if row["by"] != "town" and not (row.get("tests") or row.get("evidence"))]
    unproved = [row["third"] for row in rows if row["by"] == "yiwang" and not row.get("tests")]
    return [*unknown, *bare, *unproved]


def page(made: str) -> str:
    """The whole page; `made` says that it was made."""
    lines = ["# 等保 2.0: clauses, guards, proofs\n", made, f"{HEAD}\n"]
    for group in groups():
        lines.append(f"## {group['group']}\n")
        lines.append("| Level 2 | Level 3 | What is asked | Who | Guard | Proved by |\n|---|---|---|---|---|---|")
        lines += [_line(row) for row in group["rows"]]
        lines.append("")
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    proofs = [_link(test) for test in row.get("tests", [])] + ([row["evidence"]] if row.get("evidence") else [])
    cells = (row["second"], row["third"], row["asks"], BY[row["by"]], row["guard"], ", ".join(proofs) or "–")
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _link(test: str) -> str:
    name = test.partition("#test_")[2].replace("_", " ")
    return f"[{name}](../../{test})"
