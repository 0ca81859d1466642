"""Every way to tamper with an export is found and named. No database: an export is made by hand, as its form says."""

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.journal import checking, codec, tree
from yiwang.kernel.journal.notes import Head, Signer
from yiwang.kernel.journal.tests.sample import NOON
from yiwang.kernel.wording import LANGUAGES, word

KEY = Signer("yiwang/here", bytes(range(32)))
OTHER = Signer("yiwang/here", bytes(32))
COUNT = 12
HEADS = (3, 7)
"""Signed heads on the way, beside the one at the end."""

Lines = list[dict[str, Any]]


def text(number: int, **other: object) -> str:
    plain = {
        "happened_at": NOON,
        "recorded_at": NOON,
        "actor": "staff:1",
        "door": "desk",
        "reason": "",
        "verb": "case.noted",
        "v": 1,
        "subject_kind": "case",
        "subject_id": str(number),
    }
    return codec.entry_text({**plain, **other}, {"number": number}, b"1" * 32).decode()


def digest(entry: str) -> bytes:
    return hashlib.sha256(entry.encode()).digest()


def sealed(texts: list[str], key: Signer = KEY, heads: tuple[int, ...] = HEADS) -> Lines:
    """An export as the town makes it of these entries."""
    leaves = [tree.leaf_hash(digest(one)) for one in texts]

    def note(size: int) -> str:
        return key.note(Head(key.name, size, tree.root_of(leaves[:size])).text)

    lines = [
        {"position": n, "entry": one, "hash": digest(one).hex()} | ({"head": note(n)} if n in heads else {})
        for n, one in enumerate(texts, start=1)
    ]
    first = {"yiwang": "journal", "form": 1, "town": "here", "key": str(key.verifier), "head": note(len(texts))}
    return [first, *lines, {"end": len(texts)}]


def written(lines: Lines) -> list[bytes]:
    return [checking.spelt(one) + b"\n" for one in lines]


TEXTS = [text(number) for number in range(1, COUNT + 1)]
WITNESS = checking.Witnessed(
    "kept.txt", "\n".join([sealed(TEXTS[:3])[0]["head"], sealed(TEXTS[:9])[0]["head"], sealed(TEXTS)[0]["head"]])
)


def renumbered(lines: Lines) -> Lines:
    """As somebody would who does not want a gap to be seen."""
    head, *entries, _ = lines
    numbered = [one | {"position": n} for n, one in enumerate(entries, start=1)]
    return [head, *numbered, {"end": len(numbered)}]


def with_entry(at: int, entry: str, *, hashed: bool) -> Callable[[Lines], Lines]:
    """Another text at a position; `hashed` for somebody who also writes its hash anew."""

    def change(lines: Lines) -> Lines:
        lines[at]["entry"] = entry
        if hashed:
            lines[at]["hash"] = digest(entry).hex()
        return lines

    return change


def swapped(lines: Lines) -> Lines:
    lines[5], lines[6] = lines[6], lines[5]
    return lines


def with_first(**other: object) -> Callable[[Lines], Lines]:
    return lambda lines: [lines[0] | other, *lines[1:]]


def of(other: Lines) -> Callable[[Lines], Lines]:
    return lambda lines: other


def head_of(texts: list[str], key: Signer = KEY) -> str:
    return str(sealed(texts, key)[0]["head"])


BENT = [*TEXTS[:4], text(5, actor="staff:2"), *TEXTS[5:]]
"""A history in which somebody else did it."""

TAMPERED: list[tuple[str, Callable[[Lines], Lines], str, int | None]] = [
    ("a word of an entry", with_entry(5, text(50), hashed=False), "changed", 5),
    ("who did it", with_entry(5, text(5, actor="staff:2"), hashed=False), "changed", 5),
    ("when it was", with_entry(5, text(5, recorded_at=NOON.replace(year=2025)), hashed=False), "changed", 5),
    ("the seal on what is private", with_entry(5, TEXTS[4].replace("31" * 32, "32" * 32), hashed=False), "changed", 5),
    ("only its spelling", with_entry(5, TEXTS[4].replace(",", ", "), hashed=False), "changed", 5),
    ("the hash beside it", lambda x: [*x[:5], x[5] | {"hash": "00" * 32}, *x[6:]], "changed", 5),
    ("the same hash in capitals", lambda x: [*x[:5], x[5] | {"hash": x[5]["hash"].upper()}, *x[6:]], "changed", 5),
    ("an entry together with its hash", with_entry(5, text(50), hashed=True), "other-root", 4),
    ("an entry taken out", lambda x: [*x[:5], *x[6:]], "missing", 5),
    ("an entry taken out and the rest renumbered", lambda x: renumbered([*x[:5], *x[6:]]), "head-misplaced", 6),
    ("the same without heads on the way", lambda x: renumbered([no_head(one) for one in [*x[:5], *x[6:]]]), "missing-end", 12),
    ("an entry put in", lambda x: [*x[:5], x[5] | {"entry": text(50)}, *x[5:]], "changed", 5),
    ("an entry put in and the rest renumbered", lambda x: renumbered([*x[:5], entry(50), *x[5:]]), "head-misplaced", 8),
    ("an entry added at the end", lambda x: renumbered([*x[:-1], entry(13), x[-1]]), "beyond-head", 13),
    ("two entries moved", swapped, "moved", 5),
    ("two entries moved and renumbered", lambda x: renumbered(swapped(x)), "other-root", 4),
    ("an entry twice", lambda x: [*x[:6], x[5], *x[6:]], "repeated", 5),
    ("the last entries", lambda x: [*x[:-3], {"end": 10}], "missing-end", 11),
    ("the end", lambda x: x[:-1], "cut", 13),
    ("the number at the end", lambda x: [*x[:-1], {"end": 11}], "other-end", 12),
    ("something behind the end", lambda x: [*x, entry(13)], "after-end", None),
    ("a line that is none", lambda x: [*x[:5], {"position": 5}, *x[6:]], "unreadable", None),
    ("a word added to a line", lambda x: [*x[:5], x[5] | {"note": "seen"}, *x[6:]], "unreadable", None),
    ("the root in the head", with_first(head=head_of(TEXTS).replace("\n12\n", "\n11\n")), "head-unsigned", None),
    ("a head of another journal", with_first(head=head_of(BENT)), "other-root", 8),
    ("a head of an earlier day", with_first(head=head_of(TEXTS[:11])), "beyond-head", 12),
    ("a head that is none", with_first(head="signed, the mayor"), "head-unreadable", None),
    ("a head signed by a stranger", with_first(head=head_of(TEXTS, OTHER)), "head-unsigned", None),
    ("a head on the way signed by a stranger", lambda x: [*x[:3], x[3] | {"head": head_of(TEXTS[:3], OTHER)}, *x[4:]], "head-unsigned", 3),
    ("the key", with_first(key=str(OTHER.verifier)), "other-key", None),
    ("a key that is none", with_first(key="here+key"), "key-unreadable", None),
    ("the town", with_first(town="there"), "other-town", None),
    ("the form", with_first(form=2), "other-form", None),
    ("the form to what a program takes for it", with_first(form=True), "not-ours", None),
    ("the key to what reads like it", with_first(key=f"{KEY.verifier}\n"), "key-unreadable", None),
    ("a word put into the first line", with_first(seen="by the mayor"), "not-ours", None),
    ("what it is", with_first(yiwang="figure of speech"), "not-ours", None),
    ("the whole journal, signed anew by a stranger", of(sealed(BENT, OTHER)), "other-key", None),
    ("the whole journal, signed anew with the town's own key", of(sealed(BENT)), "witness-disagrees", 9),
    ("the last day, signed anew with the town's own key", of(sealed(TEXTS[:10])), "witness-beyond", 12),
]  # fmt: skip


def entry(number: int) -> dict[str, Any]:
    return {"position": number, "entry": text(number), "hash": digest(text(number)).hex()}


def no_head(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "head" or "yiwang" in line}


def test_an_export_that_nobody_touched_is_right():
    verdict = checking.check(written(sealed(TEXTS)), keys=[str(KEY.verifier)], witnesses=[WITNESS])
    assert verdict.right, verdict.faults
    assert (verdict.kind, verdict.town, verdict.size, verdict.entries) == ("journal", "here", COUNT, COUNT)
    assert (verdict.heads, verdict.witnessed) == (2, 3)


@pytest.mark.parametrize(
    ("change", "slug", "position"), [one[1:] for one in TAMPERED], ids=[one[0] for one in TAMPERED]
)
def test_a_change_is_found_and_named(change, slug, position):
    changed = change([dict(one) for one in sealed(TEXTS)])
    verdict = checking.check(written(changed), keys=[str(KEY.verifier)], witnesses=[WITNESS])
    assert not verdict.right
    fault = verdict.faults[0]
    assert fault.slug == slug, verdict.faults
    assert fault.position == position
    for language in LANGUAGES:
        for what in ("fault", "meaning"):
            told = word(f"seal.{what}.{slug}", language)
            assert "{" not in told.format(position=fault.position, verb=fault.verb, **fault.more)


def test_a_changed_entry_is_named_with_what_it_says_happened():
    changed = with_entry(5, text(50), hashed=False)(sealed(TEXTS))
    (fault,) = checking.check(written(changed)).faults
    assert (fault.position, fault.verb) == (5, "case.noted")


def test_an_entry_changed_together_with_its_hash_lies_between_two_heads():
    changed = with_entry(5, text(50), hashed=True)(sealed(TEXTS))
    (fault,) = checking.check(written(changed)).faults
    assert fault.more == {"first": 4, "last": 7}


def test_a_rebuilt_journal_differs_after_the_last_head_that_its_witness_agrees_with():
    fault = checking.check(written(sealed(BENT)), witnesses=[WITNESS]).faults[0]
    assert fault.more == {"witness": "kept.txt", "first": 4, "last": 9}


def test_without_a_witness_and_a_known_key_a_rebuilt_journal_looks_right():
    """That is why there are witnesses: this test says what a check alone cannot find."""
    assert checking.check(written(sealed(BENT))).right
    assert checking.check(written(sealed(BENT, OTHER))).right


def test_every_changed_entry_is_named_up_to_twenty():
    lines = sealed([text(number) for number in range(1, 41)], heads=())
    for one in lines[3:-1]:
        one["entry"] += " "
    faults = checking.check(written(lines)).faults
    assert [one.position for one in faults] == list(range(3, 23))


RESPELT: dict[str, Callable[[bytes], bytes]] = {
    "said twice": lambda line: b'{"entry":"[what nobody checks]",' + line[1:],
    "blanks put in": lambda line: line.replace(b'","hash"', b'", "hash"'),
    "an escape": lambda line: line.replace(b'"position"', b'"\\u0070osition"'),
    "a blank at the end": lambda line: line[:-1] + b" \n",
}
"""Of a line: the same to most programs, and another to a person."""


@pytest.mark.parametrize("change", RESPELT.values(), ids=RESPELT)
def test_a_line_has_one_spelling(change):
    lines = written(sealed(TEXTS))
    (fault,) = checking.check([*lines[:5], change(lines[5]), *lines[6:]]).faults
    assert (fault.slug, fault.more) == ("unreadable", {"line": 6})


class Leaves:
    """The sample's tree, for proofs."""

    def nodes(self, level: int, first: int, count: int) -> list[bytes]:
        assert level == 0
        return [tree.leaf_hash(digest(one)) for one in TEXTS][first : first + count]


def proof(
    positions: tuple[int, ...] = (2, 5, 12),
    *,
    with_text: bool = False,
    of: str = "XH20260402W0000125",
    kind: str = "case",
) -> Lines:
    """The proof of a case as the town makes it."""
    first, lines = sealed(TEXTS)[0], []
    for at in positions:
        path = [one.hex() for one in tree.inclusion_proof(Leaves(), at - 1, COUNT)]
        line = {
            "position": at,
            "verb": "case.noted",
            "recorded_at": codec.moment_text(NOON),
            "hash": digest(TEXTS[at - 1]).hex(),
            "proof": path,
        }
        lines.append(line | ({"entry": TEXTS[at - 1]} if with_text else {}))
    root = tree.root_of([tree.leaf_hash(digest(one)) for one in TEXTS])
    signed = KEY.note(checking.statement(kind, "here", of, lines, Head(KEY.name, COUNT, root)))
    return [first | {"yiwang": kind, "about": of, "signed": signed}, *lines, {"end": len(lines)}]


def without(lines: Lines, name: str) -> dict[str, Any]:
    return {key: value for key, value in lines[0].items() if key != name}


PROOFS: list[tuple[str, Callable[[Lines], Lines], str]] = [
    ("an entry left out", lambda x: [*x[:2], *x[3:-1], {"end": 2}], "proof-unsigned"),
    ("every entry left out", lambda x: [x[0], {"end": 0}], "proof-unsigned"),
    ("an entry of another case put in", lambda x: [*x[:2], proof((3,))[1], *x[2:-1], {"end": 4}], "proof-unsigned"),
    ("another case's number", with_first(about="XH20260402W0000126"), "proof-unsigned"),
    ("no number", lambda x: [without(x, "about"), *x[1:]], "proof-unsigned"),
    ("a case for a promise", with_first(yiwang="promise"), "proof-unsigned"),
    ("what happened", lambda x: [*x[:2], x[2] | {"verb": "case.closed"}, *x[3:]], "proof-unsigned"),
    ("when it happened", lambda x: [*x[:2], x[2] | {"recorded_at": "2026-10-01T00:00:00.000000Z"}, *x[3:]], "proof-unsigned"),
    ("the signature of another", lambda x: [x[0] | {"signed": proof(of="XH1")[0]["signed"]}, *x[1:]], "proof-unsigned"),
    ("the signature taken out", lambda x: [without(x, "signed"), *x[1:]], "proof-unsigned"),
    ("a word added to a line", lambda x: [*x[:2], x[2] | {"note": "seen"}, *x[3:]], "unreadable"),
    ("an older head", lambda x: [x[0] | {"head": head_of(TEXTS[:11])}, *x[1:2], {"end": 1}], "other-proof"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "slug"), [one[1:] for one in PROOFS], ids=[one[0] for one in PROOFS])
def test_nothing_of_a_proof_is_left_out_told_otherwise_or_handed_on_as_anothers(change, slug):
    assert checking.check(written(proof())).right
    assert checking.check(written(change(proof()))).faults[0].slug == slug


WITNESSES = [
    ("", "witness-empty"),
    ("nothing of the kind\n", "witness-unreadable"),
    (head_of(TEXTS, OTHER), "witness-unsigned"),
    (head_of(TEXTS[:2]).replace("\n2\n", "\n3\n"), "witness-unsigned"),
    (head_of([*TEXTS, text(13)]), "witness-beyond"),
    (head_of(BENT), "witness-disagrees"),
]


@pytest.mark.parametrize(("kept", "slug"), WITNESSES)
def test_what_a_witness_kept_is_held_against_the_export(kept, slug):
    verdict = checking.check(written(sealed(TEXTS)), witnesses=[checking.Witnessed("kept", kept)])
    assert [one.slug for one in verdict.faults] == [slug]


@given(st.data())
def test_no_byte_of_an_entry_can_be_changed_unseen(data):
    content = written(sealed(TEXTS, heads=()))
    at = data.draw(st.integers(1, COUNT))
    place = data.draw(st.integers(0, len(content[at]) - 2))
    put = data.draw(st.integers(32, 126).filter(lambda one: one != content[at][place]))
    changed = content[at][:place] + bytes([put]) + content[at][place + 1 :]
    assert not checking.check([*content[:at], changed, *content[at + 1 :]]).right


@given(st.binary(max_size=200))
def test_whatever_it_is_given_it_answers_and_never_breaks(content):
    assert not checking.check(content.splitlines(keepends=True)).right


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"yiwang": [1]}', b'{"yiwang": {}}', b"\xff", b'"\\ud800"', b"null"]
)
def test_a_line_made_to_break_the_reader_is_refused(line):
    assert not checking.check([line]).right
    assert not checking.check([written(sealed(TEXTS))[0], line]).right


def test_a_file_that_was_broken_off_is_said_to_be_so(tmp_path):
    path = tmp_path / "journal.jsonl.gz"
    packed = gzip.compress(b"".join(written(sealed(TEXTS))))
    for kept in (10, len(packed) // 2, len(packed) - 4):
        path.write_bytes(packed[:kept])
        with gzip.open(path) as file:
            assert not checking.check(file).right
