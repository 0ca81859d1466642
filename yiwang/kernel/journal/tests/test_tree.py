"""The Merkle tree against published vectors and against the RFC's own recursion, and signed notes against Go's example."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.journal import tree
from yiwang.kernel.journal.notes import Head, NoteUnread, Signer, Verifier, read_head, read_heads

# The vectors of certificate-transparency (merkle_tree_test.cc), kept on in transparency-dev/merkle, testonly/reference.go.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
INCLUDED = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENT = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, ROOTS[4]]),
    (2, 5, [B, D]),
]
SIZES = st.integers(1, 700)


class Held:
    """All leaves in a list, and the higher levels made from it: what a database gives, in memory."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels = {0: leaves}
        frontier = tree.Frontier()
        for leaf in leaves:
            for node in frontier.add(leaf):
                level = self.levels.setdefault(node.level, [])
                assert node.number == len(level)
                level.append(node.hash)

    def nodes(self, level: int, first: int, count: int) -> list[bytes]:
        assert first // tree.RUN == (first + count - 1) // tree.RUN, "asked across a run"
        found = self.levels[level][first : first + count]
        assert len(found) == count
        return found


def published() -> Held:
    return Held([tree.leaf_hash(bytes.fromhex(one)) for one in INPUTS])


def numbered(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


LEAVES = numbered(700)
HELD = Held(LEAVES)


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = max(2**power for power in range(len(leaves).bit_length()) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    split = max(2**power for power in range(len(leaves).bit_length()) if 2**power < len(leaves))
    if index < split:
        return [*slow_path(index, leaves[:split]), slow_root(leaves[split:])]
    return [*slow_path(index - split, leaves[split:]), slow_root(leaves[:split])]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_found(size):
    assert tree.root_of(published().levels[0][:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUDED)
def test_the_published_inclusion_proofs_are_made_and_accepted(index, size, proof):
    made = tree.inclusion_proof(published(), index, size)
    assert [one.hex() for one in made] == proof
    leaf = tree.leaf_hash(bytes.fromhex(INPUTS[index]))
    assert tree.included(leaf, index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "proof"), CONSISTENT)
def test_the_published_consistency_proofs_are_made_and_accepted(first, second, proof):
    made = tree.consistency_proof(published(), first, second)
    assert [one.hex() for one in made] == proof
    assert tree.consistent(first, second, made, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]))


@given(SIZES)
def test_a_growing_tree_has_the_root_that_the_recursion_gives(size):
    assert tree.root_of(LEAVES[:size]) == slow_root(LEAVES[:size])
    assert tree.frontier_of(HELD, size).root() == slow_root(LEAVES[:size])


@given(st.data())
def test_a_proof_is_the_recursions_path_and_leads_nowhere_else(data):
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    root, proof = slow_root(LEAVES[:size]), tree.inclusion_proof(HELD, index, size)
    assert proof == slow_path(index, LEAVES[:size])
    assert tree.included(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(0, 699).filter(lambda number: number != index))
    assert not tree.included(LEAVES[other], index, size, proof, root)
    assert not tree.included(LEAVES[index], other, size, proof, root)
    assert not tree.included(LEAVES[index], index, size, [*proof, LEAVES[0]], root)
    assert not proof or not tree.included(LEAVES[index], index, size, proof[:-1], root)


@given(st.data())
def test_a_larger_tree_proves_its_beginning_and_no_other(data):
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    proof = tree.consistency_proof(HELD, first, second)
    begun, whole = slow_root(LEAVES[:first]), slow_root(LEAVES[:second])
    assert tree.consistent(first, second, proof, begun, whole)
    assert not tree.consistent(first, second, proof, LEAVES[0] if first > 1 else LEAVES[1], whole)
    assert not tree.consistent(first, second, proof, begun, tree.EMPTY)
    assert not tree.consistent(first, second, [*proof, LEAVES[0]], begun, whole)
    assert not proof or not tree.consistent(first, second, proof[:-1], begun, whole)


def test_a_tree_taken_up_again_in_the_middle_goes_on_as_if_it_had_never_stopped():
    for size in (0, 1, 255, 256, 257, 511, 600):
        again = tree.frontier_of(HELD, size)
        made = [node for leaf in LEAVES[size:] for node in again.add(leaf)]
        assert again.root() == slow_root(LEAVES)
        assert [node.hash for node in made if node.level == 1] == HELD.levels[1][size // 256 :]


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="is not in a tree"):
        tree.inclusion_proof(HELD, index, size)
    assert not tree.included(LEAVES[0], index, size, [], LEAVES[0])


# --- heads as signed notes -------------------------------------------------------------------------------------------

# From the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("yiwang/here", bytes(range(32)))
HEAD = Head("yiwang/here", 7, hashlib.sha256(b"root").digest())


def test_gos_example_is_signed_to_the_letter():
    signer = Signer.read(GO_PRIVATE)
    assert (str(signer.verifier), signer.text) == (GO_KEY, GO_PRIVATE)
    assert signer.note(GO_TEXT) == f"{GO_TEXT}\n{GO_LINE}"
    assert Verifier.read(GO_KEY) == signer.verifier


def test_a_signed_head_is_read_again_and_known_by_its_key_alone():
    read = read_head(SIGNER.note(HEAD.text))
    assert read.head == HEAD
    assert SIGNER.verifier.signed(read)
    assert not Signer("yiwang/here", bytes(32)).verifier.signed(read)
    assert not Signer("yiwang/there", bytes(range(32))).verifier.signed(read)


@given(st.data())
def test_a_head_changed_anywhere_is_no_longer_signed(data):
    note = SIGNER.note(HEAD.text)
    at = data.draw(st.integers(0, len(note) - 1))
    put = data.draw(st.characters(codec="ascii").filter(lambda character: character != note[at]))
    try:
        read = read_head(note[:at] + put + note[at + 1 :])
    except NoteUnread:
        return
    assert not SIGNER.verifier.signed(read)


def test_a_witness_may_sign_below_and_add_lines_that_we_do_not_read():
    text = HEAD.text + "a line of somebody's\n"
    both = SIGNER.note(text) + Signer("witness", bytes(32)).note(text).rpartition("\n\n")[2]
    read = read_head(both)
    assert read.head == HEAD
    assert SIGNER.verifier.signed(read)
    assert Signer("witness", bytes(32)).verifier.signed(read)


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
def test_notes_kept_one_after_another_are_told_apart(between):
    notes = [SIGNER.note(Head("yiwang/here", size, bytes(32)).text) for size in (1, 2, 30)]
    assert read_heads(between.join(notes)) == notes
    assert read_heads(between.join(notes).replace("\n", "\r\n")) == notes
    assert read_heads("") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no note",
        "a\n1\nAAAA\n\n— a AAAAAAAA\n",
        f"a\n01\n{ROOTS[0]}\n\n— a AAAAAAAA\n",
        HEAD.text,
        SIGNER.note(HEAD.text)[:-1],
        SIGNER.note(HEAD.text).replace("\n7\n", "\n-7\n"),
        SIGNER.note(HEAD.text).replace("\n7\n", "\n٧\n"),
    ],
)
def test_what_is_no_signed_head_is_refused(text):
    with pytest.raises(NoteUnread):
        read_head(text)


@pytest.mark.parametrize("text", ["", "a", "a+b", GO_KEY[:-1], GO_KEY.replace("c74f", "c74e"), GO_KEY + "A", " + + "])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NoteUnread):
        Verifier.read(text)
    with pytest.raises(NoteUnread):
        Signer.read(text)
