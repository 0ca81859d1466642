"""What leaves a module is asked by somebody: the first parameter of every query is the Actor (design §2)."""

import ast
from typing import Any

import pytest

JOURNAL = "yiwang/kernel/journal/queries.py"
PUBLIC = "gives positions, hashes, frames and public facts, nothing about a person"
ASKED = "gives what is about a person only to a room of ours that has asked its own permission for it"

EXEMPT = {
    (JOURNAL, "head"): PUBLIC,
    (JOURNAL, "tip"): PUBLIC,
    (JOURNAL, "head_at"): PUBLIC,
    (JOURNAL, "unplaced"): PUBLIC,
    (JOURNAL, "touched_after"): PUBLIC,
    (JOURNAL, "histories"): PUBLIC,
    (JOURNAL, "of_verb"): PUBLIC,
    (JOURNAL, "of_verbs"): PUBLIC,
    (JOURNAL, "position_of"): PUBLIC,
    (JOURNAL, "positions_of"): PUBLIC,
    (JOURNAL, "hashes"): PUBLIC,
    (JOURNAL, "reader_position"): PUBLIC,
    (JOURNAL, "slowest_reader"): PUBLIC,
    (JOURNAL, "frame"): "asks no table: the frame of a row in hand, for replay",
    (JOURNAL, "entries_after"): ASKED,
    (JOURNAL, "history"): ASKED,
    (JOURNAL, "history_of"): ASKED,
    (
        "yiwang/kernel/people/queries.py",
        "ground_of_team",
    ): "the ground on which a permission is asked, before anybody is let in",
    (
        "yiwang/intake/reports/queries.py",
        "link_token",
    ): "asks no table: the token follows from the number and the town's key",
    (
        "yiwang/kernel/people/queries.py",
        "still_acting",
    ): "finds out who the Actor is, of work that was handed in for later",
    ("yiwang/intake/reports/queries.py", "reporter_by_link"): "finds out who the Actor is, from the link of a report",
}


def without_actor(tree: Any) -> list[tuple[str, str]]:
    """The public functions of every queries.py whose first parameter is not `actor: Actor`."""
    found = []
    for path in sorted((tree.root / "yiwang").rglob("queries.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                first = [ast.unparse(each) for each in [*node.args.posonlyargs, *node.args.args][:1]]
                if first != ["actor: Actor"]:
                    found.append((path.relative_to(tree.root).as_posix(), node.name))
    return found


def test_every_query_takes_the_actor_first_or_says_why_not(tree: Any) -> None:
    assert [query for query in without_actor(tree) if query not in EXEMPT] == []


def test_an_exemption_that_is_no_longer_needed_is_struck_out(tree: Any) -> None:
    assert set(EXEMPT) - set(without_actor(tree)) == set()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("def a(actor: Actor): ...", 0),
        ("def a(actor: Actor, /, number: str): ...", 0),
        ("def _a(number: str): ...", 0),
        ("def a(): ...", 1),
        ("def a(number: str, actor: Actor): ...", 1),
        ("def a(*, actor: Actor): ...", 1),
        ("def a(actor): ...", 1),
    ],
)
def test_a_planted_query_without_an_actor_is_found(written: str, found: int, made: Any) -> None:
    assert len(without_actor(made({"yiwang/cases/queries.py": written}))) == found
