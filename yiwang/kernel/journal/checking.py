"""Checks an export of the journal, or the proof of a case, with nothing but the file: no town, no database, no network. Pure.

The form (docs/adr/0030-the-seal.md): lines of JSON, packed with gzip. The first says what it is, whose key signed, and the
head; then one line for each entry with the text that its hash is taken of; the last says where it ends. A text is hashed
as it stands and never written anew. What is wrong is named by slug, position and verb; the words to it are in texts/.
web/transparency/static/transparency/verify.js does the same in a browser and changes with it (docs/adr/0031).
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yiwang.kernel.journal import tree
from yiwang.kernel.journal.notes import Head, NoteUnread, SignedHead, Verifier, read_head, read_heads, read_signatures

FORM = 1
MOST_FAULTS = 20
"""As many changed entries are named; where one was changed by hand there may be thousands."""
MOST_LINE = 64 * 1024 * 1024
"""Bytes of one line: a file that unpacks to more in one piece was not made by us."""
HASH_HEX = 64
FIRST_LINE = frozenset({"yiwang", "form", "town", "key", "head"})
OF_SOME = frozenset({"about", "figure", "signed"})
"""What the first line of every file says, and beside it that of some kinds; another word would be nobody's."""
OF_ENTRY = frozenset({"position", "verb", "recorded_at", "entry", "hash", "proof"})
HALF_PAIR = re.compile("[\ud800-\udfff]")
ORIGIN = "yiwang/"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was sealed: a slug, where, and what the words to it need beside."""

    slug: str
    position: int | None = None
    verb: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a witness outside was told: its name, and the notes it kept, one after another."""

    name: str
    text: str


@dataclass(slots=True)
class Verdict:
    """What was found. Right is what has no fault."""

    kind: str = ""
    town: str = ""
    key: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    heads: int = 0
    """Signed heads on the way that were right."""
    witnessed: int = 0
    """Heads that witnesses kept and that the tree agrees with."""
    about: str = ""
    """The number of the case or the code of the indicator, in the proof of one."""
    figure: str = ""
    """What a figure says: the share, its months, and as of when."""
    rows: int = 0
    """Of a figure: as many rows give it."""
    digest: str = ""
    """The hash over them: two files with the same one rest on the same rows."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether nothing at all was found."""
        return not self.faults


class Stopped(Exception):
    """What follows cannot be judged: the file cannot be read on, or an entry is missing."""

    def __init__(self, slug: str, position: int | None = None, verb: str = "", **more: Any) -> None:
        super().__init__(slug)
        self.fault = Fault(slug, position, verb, more)


Line = dict[str, Any]


def check(content: Iterable[bytes], *, keys: Collection[str] = (), witnesses: Sequence[Witnessed] = ()) -> Verdict:
    """Check a file that is given as its unpacked lines. `keys` are public keys that are trusted; without any, the file's own."""
    verdict = Verdict()
    try:
        lines = numbered(content)
        header, trusted, head = _opened(lines, verdict, keys)
        KINDS[header["yiwang"]](lines, verdict, head, trusted, witnesses, header)
    except Stopped as stopped:
        verdict.faults.append(stopped.fault)
    return verdict


def numbered(content: Iterable[bytes]) -> Iterator[tuple[int, Line]]:
    """Each line as an object, with its number. Raises Stopped for what is no line of ours, and where unpacking fails."""
    number = 0
    try:
        for number, raw in enumerate(content, start=1):
            yield number, _object(raw, number)
    except (OSError, EOFError, zlib.error):
        raise Stopped("unreadable", line=number + 1) from None


def _object(raw: bytes, number: int) -> Line:
    try:
        found = json.loads(raw) if len(raw) <= MOST_LINE else None
        if isinstance(found, dict) and spelt(found) == raw.removesuffix(b"\n"):
            return found
    except (ValueError, RecursionError):
        pass  # as what is no line of ours
    raise Stopped("unreadable", line=number)


def spelt(line: Line) -> bytes:
    """A line in its one spelling. In another one a name could stand twice, and a reader be shown what nobody checks."""
    text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
    return HALF_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


class Body:
    """The lines of a file after its first, up to the one that says where it ends. Each kind of file reads them by this."""

    def __init__(self, lines: Iterator[tuple[int, Line]]) -> None:
        self._lines = lines
        self.end: Any = None
        """What the last line says."""
        self.ended = False
        self.count = 0
        self.last = 0
        """The number of the line read last, in the whole file."""

    def __iter__(self) -> Iterator[tuple[int, Line]]:
        """Each line with its number, the last one left out."""
        for number, line in self._lines:
            self.last = number
            if set(line) == {"end"}:
                self.end, self.ended = line["end"], True
                return
            self.count += 1
            yield number, line

    def goes_on(self) -> bool:
        """Whether something stands behind the end."""
        return next(self._lines, None) is not None

    def is_cut(self) -> bool:
        """Whether the end is missing, tells of another number of lines, or is not the end."""
        return self.end != self.count or type(self.end) is not int or self.goes_on()

    def later(self, position: int) -> bool:
        """Whether the entry of that position stands further on. What was read by this is gone."""
        return any(line.get("position") == position for _, line in self._lines)


def _opened(
    lines: Iterator[tuple[int, Line]], verdict: Verdict, keys: Collection[str]
) -> tuple[Line, tuple[Verifier, ...], Head]:
    """The first line: what it is, by whose key, and the head it stands on. Raises Stopped when that cannot be believed."""
    _, header = next(lines, (0, {}))
    words = FIRST_LINE <= set(header) <= FIRST_LINE | OF_SOME
    if not words or str(header["yiwang"]) not in KINDS or type(header["form"]) is not int:
        raise Stopped("not-ours")
    if header["form"] != FORM:
        raise Stopped("other-form", form=str(header["form"])[:20])
    verdict.kind, verdict.town, verdict.key = header["yiwang"], str(header["town"]), str(header["key"])
    verdict.about = str(header.get("about", ""))[:60]
    trusted = _trusted(verdict.key, keys)
    note = _read(str(header["head"]), "head-unreadable")
    if not any(key.signed(note) for key in trusted):
        raise Stopped("head-unsigned", size=note.head.size)
    if note.head.origin != f"{ORIGIN}{verdict.town}":
        raise Stopped("other-town", town=verdict.town[:60], origin=note.head.origin[:60])
    verdict.size, verdict.root = note.head.size, note.head.root.hex()
    return header, trusted, note.head


def _trusted(own: str, keys: Collection[str]) -> tuple[Verifier, ...]:
    """The keys whose signatures count: those that are trusted, of which the file's must be one; without any, the file's own."""
    try:
        trusted = {str(key): key for key in map(Verifier.read, [*keys] or [own])}
        named = str(Verifier.read(own))
    except NoteUnread:
        raise Stopped("key-unreadable") from None
    if own != named:
        raise Stopped("key-unreadable")
    if named not in trusted:
        raise Stopped("other-key", key=named)
    return tuple(trusted.values())


def _read(text: str, slug: str, position: int | None = None) -> SignedHead:
    try:
        return read_head(text)
    except NoteUnread:
        raise Stopped(slug, position) from None


# --- the whole journal -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Journal:
    """The export as far as it was read."""

    verdict: Verdict
    head: Head
    trusted: tuple[Verifier, ...]
    witnessed: dict[int, list[tuple[str, bytes]]]
    frontier: tree.Frontier = field(default_factory=tree.Frontier)
    agreed: int = 0
    """Up to here a signed head was right."""
    doubted: int | None = None
    """The first signed head that was not."""
    attested: int = 0
    """Up to here a witness's head was right."""
    contradicted: dict[str, Fault] = field(default_factory=dict)
    """Where each witness disagrees first. Told after the file's own faults, which may be the cause."""


def _check_journal(
    lines: Iterator[tuple[int, Line]],
    verdict: Verdict,
    head: Head,
    trusted: tuple[Verifier, ...],
    witnesses: Sequence[Witnessed],
    header: Line,
) -> None:
    export, body = _Journal(verdict, head, trusted, _kept(witnesses, trusted, verdict)), Body(lines)
    for number, line in body:
        _take(export, line, number, body)
    if body.ended and body.goes_on():
        raise Stopped("after-end", line=body.last + 1)
    _close(export, body.end)


def _take(export: _Journal, line: Line, number: int, body: Body) -> None:
    """Add one entry to the tree, and look at every head that stands at its position."""
    if not {"position", "entry"} <= set(line) <= {"position", "entry", "hash", "head"}:
        raise Stopped("unreadable", line=number)
    position, text = line["position"], line["entry"]
    if type(position) is not int or not isinstance(text, str):
        raise Stopped("unreadable", line=number)
    expected = export.frontier.size + 1
    if position != expected:
        raise Stopped(*_out_of_place(expected, position, body), verb=verb_of(text), found=position)
    digest = _digest(export.verdict, line, position)
    export.frontier.add(tree.leaf_hash(digest))
    export.verdict.entries = position
    if position == export.head.size + 1:
        export.verdict.faults.append(Fault("beyond-head", position, verb_of(text), {"size": export.head.size}))
    if "head" in line:
        _at_head(export, str(line["head"]), position, text)
    for witness, root in export.witnessed.pop(position, ()):
        _at_witness(export, witness, root, position, text)


def _out_of_place(expected: int, found: int, body: Body) -> tuple[str, int]:
    """What happened to the entry that should stand here: it stands there twice, elsewhere, or nowhere."""
    if found < expected:
        return "repeated", found
    return ("moved" if body.later(expected) else "missing"), expected


def _digest(verdict: Verdict, line: Line, position: int) -> bytes:
    """The hash that goes into the tree: the one that stands beside the text; where the text has another, that is a fault."""
    own = hashlib.sha256(line["entry"].encode(errors="surrogatepass")).digest()
    stated = hash_in(line["hash"]) if "hash" in line else own
    if stated != own and len(verdict.faults) < MOST_FAULTS:
        verdict.faults.append(Fault("changed", position, verb_of(line["entry"])))
    return stated or own


def hash_in(said: Any) -> bytes | None:
    """The 32 bytes of a hash in hexadecimal; None for what is none, or has another spelling (capitals would be a change unseen)."""
    if not isinstance(said, str) or len(said) != HASH_HEX:
        return None
    try:
        found = bytes.fromhex(said)
    except ValueError:
        return None
    return found if found.hex() == said else None


def _at_head(export: _Journal, signed: str, position: int, text: str) -> None:
    """A head that was signed on the way: the tree must have had its root then."""
    note = _read(signed, "head-unreadable", position)
    if not any(key.signed(note) for key in export.trusted):
        raise Stopped("head-unsigned", position, verb_of(text), size=note.head.size)
    if note.head.size != position:
        raise Stopped("head-misplaced", position, verb_of(text), size=note.head.size, first=export.agreed + 1)
    if note.head.root == export.frontier.root():
        export.verdict.heads, export.agreed = export.verdict.heads + 1, position
    elif export.doubted is None:
        export.doubted = position


def _at_witness(export: _Journal, witness: str, root: bytes, position: int, text: str) -> None:
    if root == export.frontier.root():
        export.verdict.witnessed, export.attested = export.verdict.witnessed + 1, position
        return
    more = {"witness": witness, "first": export.attested + 1, "last": position}
    export.contradicted.setdefault(witness, Fault("witness-disagrees", position, verb_of(text), more))


def _close(export: _Journal, end: Any) -> None:
    """The end: as many entries as the head says, its root, and no head of a witness beyond."""
    verdict, count = export.verdict, export.frontier.size
    add = verdict.faults.append
    if end is None:
        add(Fault("cut", count + 1, more={"last": export.head.size}))
    elif count < export.head.size:
        add(Fault("missing-end", count + 1, more={"last": export.head.size}))
    elif end != count or type(end) is not int:
        add(Fault("other-end", count, more={"end": str(end)[:20]}))
    if export.doubted is not None or (count == export.head.size and export.frontier.root() != export.head.root):
        last = export.doubted or count
        add(Fault("other-root", export.agreed + 1, more={"first": export.agreed + 1, "last": last}))
    verdict.faults += export.contradicted.values()
    for size in sorted(export.witnessed):
        names = ", ".join(sorted({name for name, _ in export.witnessed[size]}))
        add(Fault("witness-beyond", size, more={"witness": names, "size": count}))
        break  # the others say no more


def _kept(
    witnesses: Sequence[Witnessed], trusted: tuple[Verifier, ...], verdict: Verdict
) -> dict[int, list[tuple[str, bytes]]]:
    """The heads that witnesses kept, by size. What is not signed by the town is a fault of the witness's file."""
    found: dict[int, list[tuple[str, bytes]]] = {}
    for witness in witnesses:
        notes = read_heads(witness.text)
        if not notes:
            verdict.faults.append(Fault("witness-empty", more={"witness": witness.name}))
        for text in notes:
            try:
                note = read_head(text)
            except NoteUnread:
                verdict.faults.append(Fault("witness-unreadable", more={"witness": witness.name}))
                break
            if not any(key.signed(note) for key in trusted):
                more = {"witness": witness.name}
                verdict.faults.append(Fault("witness-unsigned", note.head.size, more=more))
                break
            found.setdefault(note.head.size, []).append((witness.name, note.head.root))
    return found


# --- the proof of one case -------------------------------------------------------------------------------------------


def _check_case(
    lines: Iterator[tuple[int, Line]],
    verdict: Verdict,
    head: Head,
    trusted: tuple[Verifier, ...],
    witnesses: Sequence[Witnessed],
    header: Line,
) -> None:
    """Each line leads from an entry's hash to the head's root, and the town signed which lines these are, and of what."""
    at_witnesses(verdict, head, trusted, witnesses)
    body, last, told = Body(lines), 0, list[Line]()
    for number, line in body:
        last = proven(verdict, line, number, last, head)
        told.append(line)
    if body.is_cut():
        verdict.faults.append(Fault("cut", more={"last": verdict.entries}))
    said = statement(verdict.kind, verdict.town, str(header.get("about", "")), told, head)
    if not is_signed(said, header.get("signed"), trusted):
        verdict.faults.append(Fault("proof-unsigned"))


def statement(kind: str, town: str, about: str, lines: Sequence[Line], head: Head) -> str:
    """What the town signs of a proof: what it is about, and place, hash, kind and moment of each of its entries. So none of them
    can be left out, told otherwise, or handed on as another's. Its second line is no size, so that it never reads as a head.
    """
    of, root = hashlib.sha256(about.encode(errors="surrogatepass")).hexdigest(), base64.b64encode(head.root)
    told = hashlib.sha256("".join(map(_said_of, lines)).encode(errors="surrogatepass")).hexdigest()
    return f"{ORIGIN}{town}/{kind}\nabout {of}\nentries {len(lines)} {told}\nhead {head.size} {root.decode()}\n"


def _said_of(line: Line) -> str:
    text = str(line.get("entry", "")).encode(errors="surrogatepass")
    digest = line["hash"] if "hash" in line else hashlib.sha256(text).hexdigest()
    plain = [line["position"], digest, line.get("verb", ""), line.get("recorded_at", "")]
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False) + "\n"


def is_signed(text: str, note: Any, trusted: tuple[Verifier, ...]) -> bool:
    """Whether the note is one of this text, signed by one of these keys."""
    try:
        signatures = read_signatures(str(note), text)
    except NoteUnread:
        return False
    return any(key.has_signed(text, signatures) for key in trusted)


def at_witnesses(verdict: Verdict, head: Head, trusted: tuple[Verifier, ...], witnesses: Sequence[Witnessed]) -> None:
    """Hold the head of a proof against the heads of its size that witnesses kept."""
    at_head = _kept(witnesses, trusted, verdict).get(head.size, [])
    verdict.witnessed = sum(root == head.root for _, root in at_head)
    verdict.faults += [
        Fault("witness-disagrees", head.size, more={"witness": name, "first": 1, "last": head.size})
        for name, root in at_head
        if root != head.root
    ]


def proven(verdict: Verdict, line: Line, number: int, last: int, head: Head) -> int:
    """Check a line `{position, hash and/or entry, proof}` against the head; gives its position. Also for bundles of figures.

    Raises Stopped for a line that is none, or does not come after position `last`.
    """
    position, proof = line.get("position"), line.get("proof")
    words = set(line) <= OF_ENTRY and not {"hash", "entry"}.isdisjoint(line)
    if type(position) is not int or not isinstance(proof, list) or not words:
        raise Stopped("unreadable", line=number)
    text, path = line.get("entry"), [hash_in(one) for one in proof]
    verb = verb_of(text) if isinstance(text, str) else str(line.get("verb", ""))
    if position <= last:
        raise Stopped("repeated", position, verb, found=position)
    verdict.entries += 1
    own = hashlib.sha256(text.encode(errors="surrogatepass")).digest() if isinstance(text, str) else None
    stated = hash_in(line["hash"]) if "hash" in line else own
    if isinstance(text, str) and (stated != own or not _as_told(line, text)):
        verdict.faults.append(Fault("changed", position, verb))
    known = [one for one in path if one is not None]
    right = stated is not None and len(known) == len(path)
    if not (right and tree.included(tree.leaf_hash(stated or b""), position - 1, head.size, known, head.root)):
        verdict.faults.append(Fault("other-proof", position, verb, {"size": head.size}))
    return position


def verb_of(text: str) -> str:
    """What an entry says happened; empty for a text that does not say it."""
    verb = _frame(text).get("verb")
    return verb[:60] if isinstance(verb, str) else ""


def _as_told(line: Line, text: str) -> bool:
    """Whether the entry itself says what stands beside it: kind and moment."""
    frame = _frame(text)
    return all(frame.get(name) == line[name] for name in ("verb", "recorded_at") if name in line)


def _frame(text: str) -> dict[str, Any]:
    """The plain columns of an entry's text; none where it is no entry."""
    try:
        frame = json.loads(text)[0]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


Check = Callable[[Iterator[tuple[int, Line]], Verdict, Head, tuple[Verifier, ...], Sequence[Witnessed], Line], None]
KINDS: dict[str, Check] = {"journal": _check_journal, "case": _check_case, "promise": _check_case}
"""What a file may be, by its first word; figurechecking.py adds figures, for whoever imports it."""
