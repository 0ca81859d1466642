"""The Merkle tree over the journal, as RFC 6962 §2.1 and RFC 9162 §2.1 define it. Pure: hashes in, hashes out.

Leaf number n is the entry at position n + 1, and what is put into the leaf is the entry's own hash (codec.entry_hash).
A tree is never held as a whole: a proof asks a Source for hashes of full subtrees, of which every 256th height is kept
(level 0 are the leaves, level 1 the roots of full runs of 256 leaves, level 2 those of 65,536, and so on).
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

LEAF, NODE = b"\x00", b"\x01"
"""So that nobody can pass a node off as a leaf (RFC 6962 §2.1)."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""
RUN_BITS = 8
RUN = 1 << RUN_BITS
"""As many nodes of one level as make one of the next."""


class Source(Protocol):
    """Where a tree's hashes are found."""

    def nodes(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """The roots of `count` full subtrees of 256^level leaves, from number `first` on. Never asked across a run of 256."""


class Node(NamedTuple):
    """The root of one full subtree of 256^level leaves."""

    level: int
    number: int
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return hashlib.sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node over these two."""
    return hashlib.sha256(NODE + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes (of leaves, or of full subtrees of one size)."""
    frontier = Frontier()
    for one in hashes:
        frontier.add(one)
    return frontier.root()


class Frontier:
    """A tree that grows: all that it remembers are the roots of its full subtrees, the largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        assert len(self._peaks) == size.bit_count(), "one peak for each power of two in the size"  # noqa: S101

    def add(self, leaf: bytes) -> list[Node]:
        """Append the hash of a leaf; gives the nodes worth keeping that became full by it, the lowest first."""
        full, height, place = [], 0, self.size
        while place & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            height, place = height + 1, place >> 1
            if height % RUN_BITS == 0:
                full.append(Node(height // RUN_BITS, place, leaf))
        self._peaks.append(leaf)
        self.size += 1
        return full

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self._peaks:
            return EMPTY
        *rest, top = self._peaks
        for peak in reversed(rest):
            top = node_hash(peak, top)
        return top


def frontier_of(source: Source, size: int) -> Frontier:
    """The frontier of the first `size` leaves."""
    peaks, start = [], 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            peaks.append(subtree_root(source, start, start + (1 << bit)))
            start += 1 << bit
    return Frontier(size, peaks)


def subtree_root(source: Source, start: int, end: int) -> bytes:
    """MTH(D[start:end]) for a range as proofs ask for: `start` is a multiple of every full subtree in it. Not for an empty one."""
    width = end - start
    if width & (width - 1) == 0:
        level = (width.bit_length() - 1) // RUN_BITS
        step = 1 << (RUN_BITS * level)
        return root_of(source.nodes(level, start // step, width // step))
    split = start + _split(width)
    return node_hash(subtree_root(source, start, split), subtree_root(source, split, end))


def _split(width: int) -> int:
    """The largest power of two smaller than the width: as many leaves are left of the root."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_proof(source: Source, index: int, size: int) -> list[bytes]:
    """PATH(index, D[0:size]) of RFC 9162 §2.1.3.1: what leads from one leaf to the root. Raises ValueError for no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(subtree_root(source, split, end))
            end = split
        else:
            path.append(subtree_root(source, start, split))
            start = split
    return path[::-1]


def consistency_proof(source: Source, first: int, second: int) -> list[bytes]:
    """PROOF(first, D[0:second]) of RFC 9162 §2.1.4.1: that the larger tree begins with the smaller one. Raises ValueError."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} cannot be the beginning of one of {second}")
    path, start, end, whole = [], 0, second, True
    while first != end:
        split = start + _split(end - start)
        if first <= split:
            path.append(subtree_root(source, split, end))
            end = split
        else:
            path.append(subtree_root(source, start, split))
            start, whole = split, False
    if not whole:
        path.append(subtree_root(source, start, end))
    return path[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf's hash at `index` to the root of a tree of `size` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the proof shows that the tree of `second` leaves begins with that of `first` (RFC 9162 §2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    hashes = list(proof) if first & (first - 1) else [first_root, *proof]
    return bool(hashes) and _leads(first, second, hashes) == (first_root, second_root)


def _leads(first: int, second: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """To which two roots the hashes lead; None when there are too many or too few of them."""
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, one)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None
