"""Every way to tamper with a figure and what it rests on is found and named. No database: the file is made by hand, as its form says."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.journal import checking, codec, tree
from yiwang.kernel.journal.figurechecking import Counting, digest_of, seal_of, statement
from yiwang.kernel.journal.notes import Head, NoteUnread, Signer
from yiwang.kernel.journal.tests import test_checking as samples
from yiwang.kernel.journal.tests.test_checking import KEY, OTHER, Lines, digest, written
from yiwang.kernel.wording import LANGUAGES, word

CASES = ("a", "b", "c", "d")
TEXTS = [samples.text(number, subject_id=CASES[number % 4]) for number in range(1, 13)]
"""Twelve entries: of case b the positions 1, 5, 9, of c 2, 6, 10, of d 3, 7, 11, of a 4, 8, 12."""
LEAVES = [tree.leaf_hash(digest(one)) for one in TEXTS]
HOLDS = {
    "a": ["handle_due", "handled"],
    "b": ["handle_due"],
    "c": ["half", "handle_due"],
    "d": ["handle_due", "handled"],
}
COUNTS = {"a": "1", "b": "0", "c": "0.5", "d": "1"}
STATED: dict[str, Any] = {
    "code": "grid.handled", "name": {"zh-Hans": "处置率", "en": "Handled"},
    "counts": {"numerator": [["handled", "1"], ["half", "0.5"]], "denominator": ["handle_due"], "sources": [], "types": ["E-01"]},
    "first": "2026-01", "last": "2026-12", "committee": None, "team": None, "as_of": "2026-11-24T04:00:00.000000Z",
    "numerator": "2.5", "denominator": 4, "rows": "open",
}  # fmt: skip


class Leaves:
    """The tree of the twelve, for proofs."""

    def nodes(self, level: int, first: int, count: int) -> list[bytes]:
        assert level == 0
        return LEAVES[first : first + count]


def row(case: str, **other: object) -> dict[str, Any]:
    """An open row of a case, sealed as the town seals it."""
    said = {
        "case": f"XH-{case}", "case_id": case, "part": None, "month": "2026-11", "committee": None, "team": "water",
        "source": "portal", "type": "E-01-02", "holds": HOLDS[case],
        "entries": [place for place, text in enumerate(TEXTS, start=1) if json.loads(text)[0]["subject_id"] == case],
    } | other  # fmt: skip
    text, salt = codec.canonical(said).decode(), hashlib.sha256(case.encode()).digest()
    return {"seal": seal_of(salt, text), "counts": COUNTS[case], "row": text, "salt": salt.hex()}


def entry(place: int, *, text: bool = True) -> dict[str, Any]:
    told = {"position": place, "verb": "case.noted"} | ({"entry": TEXTS[place - 1]} if text else {})
    proof = [one.hex() for one in tree.inclusion_proof(Leaves(), place - 1, len(TEXTS))]
    return told | {"hash": digest(TEXTS[place - 1]).hex(), "proof": proof}


def signed(rows: Lines, entries: Lines, key: Signer = KEY, /, **other: object) -> Lines:
    """The file as a town makes it, also one that states what is not so."""
    head, figure = Head(key.name, len(TEXTS), tree.root_of(LEAVES)), codec.canonical(STATED | other).decode()
    said = statement("here", figure, digest_of((one["seal"], one["counts"]) for one in rows), len(rows), head)
    first = {
        "yiwang": "figure",
        "form": 1,
        "town": "here",
        "about": "grid.handled",
        "figure": figure,
        "signed": key.note(said),
    }
    first |= {"key": str(key.verifier), "head": key.note(head.text)}
    return [first, *rows, *entries, {"end": len(rows) + len(entries)}]


def bundle(key: Signer = KEY) -> Lines:
    return signed([row(case) for case in CASES], [entry(place) for place in range(1, 13)], key)


def sealed_only() -> Lines:
    """As strangers get it."""
    rows = [{"seal": one["seal"], "counts": one["counts"]} for one in map(row, CASES)]
    return signed(rows, [], rows="sealed")


def let_go() -> Lines:
    """A figure that was reviewed: the entry of its release, and no rows."""
    return signed([], [entry(7, text=False)], rows="none", release=7)


RIGHT = bundle()


def at(place: int, **other: object) -> Callable[[Lines], Lines]:
    return lambda x: [*x[:place], x[place] | other, *x[place + 1 :]]


def without(place: int) -> Callable[[Lines], Lines]:
    return lambda x: [*x[:place], *x[place + 1 : -1], {"end": x[-1]["end"] - 1}]


def stating(**other: object) -> Callable[[Lines], Lines]:
    return lambda x: [x[0] | {"figure": codec.canonical(STATED | other).decode()}, *x[1:]]


def of(other: Lines) -> Callable[[Lines], Lines]:
    return lambda lines: other


def rows_of(*listed: dict[str, Any], **other: object) -> Callable[[Lines], Lines]:
    """What a town would sign that counts falsely: its own signature is right."""
    return of(signed(list(listed), [entry(place) for place in range(1, 13)], **other))


def swapped(lines: Lines) -> Lines:
    return [lines[0], lines[2], lines[1], *lines[3:]]


BENT = samples.text(50, subject_id="a")
LATE = row("a", holds=["handle_due"])
TWICE = rows_of(row("a", month="2026-10"), *map(row, CASES), numerator="3.5", denominator=5)
TAMPERED: list[tuple[str, Callable[[Lines], Lines], str, int | None]] = [
    ("the figure", stating(numerator="4"), "other-sum", None),
    ("the denominator", stating(denominator=3), "other-sum", None),
    ("the months", stating(first="2026-02"), "figure-unsigned", None),
    ("the definition", stating(counts=STATED["counts"] | {"sources": ["portal"]}), "figure-unsigned", None),
    ("as of when", stating(as_of="2026-11-25T04:00:00.000000Z"), "figure-unsigned", None),
    ("a figure that is none", at(0, figure="42"), "figure-unreadable", None),
    ("the signature", at(0, signed="the mayor"), "figure-unsigned", None),
    ("the signature of a stranger", at(0, signed=bundle(OTHER)[0]["signed"]), "figure-unsigned", None),
    ("all of it, signed anew by a stranger", of(bundle(OTHER)), "other-key", None),
    ("a row", at(2, row=LATE["row"]), "row-changed", None),
    ("a row and its seal", at(1, **(LATE | {"counts": "1"})), "row-miscounted", None),
    ("a row, its seal and what it counts", at(1, **(LATE | {"counts": "0"})), "other-sum", None),
    ("what a row counts", at(2, counts="1"), "row-miscounted", None),
    ("a row taken out", without(1), "entry-without-row", 4),
    ("a row and its entries taken out", lambda x: without(1)([y for y in x if y.get("position") not in (4, 8, 12)] ), "cut", None),
    ("a row twice", lambda x: [*x[:2], x[1], *x[2:]], "row-repeated", None),
    ("two rows moved", swapped, "figure-unsigned", None),
    ("a row behind the entries", lambda x: [x[0], *x[2:-1], x[1], x[-1]], "entry-without-row", 4),
    ("an entry", at(8, entry=BENT), "changed", 4),
    ("an entry and its hash", at(8, entry=BENT, hash=digest(BENT).hex()), "other-proof", 4),
    ("an entry taken out", without(8), "row-without-entry", 4),
    ("an entry in another place", at(8, position=3), "repeated", 3),
    ("the proof of an entry", at(8, proof=entry(5)["proof"]), "other-proof", 4),
    ("the end", lambda x: x[:-1], "cut", None),
    ("the head", at(0, head=samples.head_of(samples.TEXTS)), "other-proof", 1),
    ("a row of another month, by the town itself", rows_of(row("a", month="2025-12"), *map(row, "bcd")), "row-miscounted", None),
    ("a row of another type, by the town itself", rows_of(row("a", type="H-01-01"), *map(row, "bcd")), "row-miscounted", None),
    ("a row that is not due, by the town itself", rows_of(row("a", holds=["handled"]), *map(row, "bcd")), "row-miscounted", None),
    ("a row of another department, by the town itself", rows_of(*map(row, CASES), team="police"), "row-miscounted", None),
    ("one case in two rows, by the town itself", TWICE, "row-repeated", None),
    ("another case's entries, by the town itself", rows_of(row("a", entries=[1, 4, 8, 12]), *map(row, "bcd")), "entry-of-another", 1),
    ("a better figure, by the town itself", rows_of(*map(row, CASES), numerator="3.5"), "other-sum", None),
    ("a row left out, by the town itself", rows_of(*map(row, "acd")), "entry-without-row", 1),
]  # fmt: skip


def found(lines: Lines, **wishes: Any) -> checking.Verdict:
    return checking.check(written(lines), keys=[str(KEY.verifier)], **wishes)


def test_a_figure_that_nobody_touched_is_counted_again_from_its_rows():
    verdict = found(RIGHT)
    assert verdict.right, verdict.faults
    assert (verdict.kind, verdict.rows, verdict.entries) == ("figure-open", 4, 12)
    assert verdict.figure == "2.5/4 · 2026-01–2026-12 · 2026-11-24T04:00:00.000000Z"


def test_strangers_and_auditors_find_the_same_rows_by_their_digest():
    strangers, auditors = found(sealed_only()), found(RIGHT)
    assert strangers.right, strangers.faults
    assert (strangers.kind, strangers.digest, strangers.figure) == ("figure-sealed", auditors.digest, auditors.figure)
    assert strangers.entries == 0


def test_a_figure_that_was_let_go_is_proven_by_the_entry_of_its_release():
    verdict = found(let_go())
    assert verdict.right, verdict.faults
    assert (verdict.kind, verdict.rows, verdict.entries) == ("figure-none", 0, 1)
    assert found(without(1)(let_go())).faults[0] == checking.Fault("row-without-entry", 7)


@pytest.mark.parametrize(
    ("change", "slug", "position"), [one[1:] for one in TAMPERED], ids=[one[0] for one in TAMPERED]
)
def test_a_change_is_found_and_named(change, slug, position):
    verdict = found(change([dict(one) for one in RIGHT]))
    assert (verdict.faults[0].slug, verdict.faults[0].position) == (slug, position), verdict.faults
    for fault in verdict.faults:
        for language in LANGUAGES:
            for what in ("fault", "meaning"):
                told = word(f"seal.{what}.{fault.slug}", language)
                assert "{" not in told.format(position=fault.position, verb=fault.verb, **fault.more)


@pytest.mark.parametrize("change", [at(1, counts="1"), at(2, counts="1"), without(1), swapped, at(0, figure="{}")])
def test_a_change_of_a_file_for_strangers_is_found(change):
    lines = sealed_only()
    assert change(lines) == lines or not found(change(lines)).right


def test_a_head_that_a_witness_kept_is_held_against_the_figures():
    note = RIGHT[0]["head"]
    assert found(RIGHT, witnesses=[checking.Witnessed("kept", note)]).witnessed == 1
    other = checking.Witnessed("kept", samples.head_of(samples.TEXTS))
    assert [one.slug for one in found(RIGHT, witnesses=[other]).faults] == ["witness-disagrees"]


def test_the_first_outcome_that_holds_decides_how_much_a_row_counts():
    counting = Counting((("handled", Decimal(1)), ("half", Decimal("0.5"))), ("due",), (), ())
    told = {"source": "portal", "type": ""}
    assert counting.of(told | {"holds": ["due", "half", "handled"]}) == 1
    assert counting.of(told | {"holds": ["due", "half"]}) == Decimal("0.5")
    assert counting.of(told | {"holds": ["due"]}) == 0
    assert counting.of(told | {"holds": ["half"]}) is None


@given(st.data())
def test_no_byte_of_a_row_or_of_the_first_line_can_be_changed_unseen(data):
    first, *rest = data.draw(st.sampled_from([RIGHT, sealed_only()]))
    content = written([{name: said for name, said in first.items() if name != "about"}, *rest])  # that is for readers
    place = data.draw(st.integers(0, 4))
    byte = data.draw(st.integers(0, len(content[place]) - 2))
    put = data.draw(st.integers(32, 126).filter(lambda one: one != content[place][byte]))
    changed = content[place][:byte] + bytes([put]) + content[place][byte + 1 :]
    try:
        other, own = json.loads(changed), json.loads(content[place])
    except ValueError:
        other = own = {}
    if {**own, **other} == own and len(own) == len(other) and other:
        return  # another spelling of the same
    if any(
        str(own.get(name)).lower() == str(other.get(name)).lower() and own.get(name) != other.get(name)
        for name in ("seal", "salt")
    ):
        return  # a hash in capitals is the same hash
    assert not checking.check([*content[:place], changed, *content[place + 1 :]], keys=[str(KEY.verifier)]).right


UNREADABLE = [
    *("null", "[]", '"x"', "{}", "[" * 50_000, '{"counts": []}'),
    *(codec.canonical(STATED | other).decode() for other in (
        {"denominator": True}, {"numerator": "1e3"}, {"rows": "some"}, {"first": "2026"}, {"team": 5}, {"counts": {}},
        {"counts": STATED["counts"] | {"denominator": []}}, {"counts": STATED["counts"] | {"numerator": [["a", "2"]]}},
    )),
]  # fmt: skip
NO_ROWS = [
    "null",
    "[]",
    "{}",
    '{"case_id":1}',
    "[" * 50_000,
    row("a", entries=[])["row"],
    row("a", entries=["1"])["row"],
]


@pytest.mark.parametrize("said", UNREADABLE)
def test_a_figure_made_to_break_the_reader_is_refused(said):
    assert [one.slug for one in found(at(0, figure=said)(RIGHT)).faults] == ["figure-unreadable"]


@pytest.mark.parametrize("row_text", NO_ROWS)
def test_a_row_made_to_break_the_reader_is_refused(row_text):
    faults = found(at(1, row=row_text)(RIGHT)).faults
    assert [one.slug for one in faults] == ["row-changed", "unreadable"]


def test_what_is_signed_of_a_figure_never_reads_as_a_head():
    with pytest.raises(NoteUnread):
        samples.checking.read_head(RIGHT[0]["signed"])
