"""Heads of the tree as signed notes (C2SP signed-note and tlog-checkpoint), Ed25519. Pure, and needs no town.

A head reads `<origin>`, size, root in base64, an empty line, and lines `— <key name> <base64>` with the first four bytes of
the key's hash and the signature. So existing note verifiers and witnesses can read it. The forms of the keys are those of
Go's `golang.org/x/mod/sumdb/note`: `<name>+<hash>+<key>`, and the same after `PRIVATE+KEY+`.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
PRIVATE = "PRIVATE+KEY+"
DASH = "— "
HASH_BYTES = 4
KEY_BYTES = 32
SIGNATURE_BYTES = 64
MOST_CHARACTERS = 20_000
"""Of a note: ours have some 250, and a hundred witnesses may have signed below."""


class NoteUnread(ValueError):
    """The text is no signed head, or no key."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says: the tree of the first `size` entries has this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with the signatures below it, none of them looked at yet."""

    head: Head
    signatures: tuple[Signature, ...]
    text: str
    """What was signed: the head and, perhaps, lines of others that we do not read."""


def key_hash(name: str, public: bytes) -> bytes:
    """The first four bytes by which a key is told from others of the same name."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:HASH_BYTES]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that can be written down, read out and compared."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """From `<name>+<hash>+<key>`. Raises NoteUnread."""
        name, said_hash, key = _parts(text.strip())
        if key_hash(name, key).hex() != said_hash:
            raise NoteUnread("the key's hash is another than the one written in front of it")
        return cls(name, key)

    def __str__(self) -> str:
        return f"{self.name}+{key_hash(self.name, self.public).hex()}+{_plain(ED25519 + self.public)}"

    def signed(self, note: SignedHead) -> bool:
        """Whether this key has signed the note."""
        return self.has_signed(note.text, note.signatures)

    def has_signed(self, text: str, signatures: Iterable[Signature]) -> bool:
        """Whether one of the signatures is this key's under the text."""
        mine = key_hash(self.name, self.public)
        tried = [one for one in signatures if one.name == self.name and one.key_hash == mine]
        return any(self._is_right(one.signature, text) for one in tried)

    def _is_right(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key with which heads are signed."""

    name: str
    seed: bytes

    @classmethod
    def read(cls, text: str) -> "Signer":
        """From `PRIVATE+KEY+<name>+<hash>+<key>`. Raises NoteUnread, without repeating the text."""
        stripped = text.strip()
        if not stripped.startswith(PRIVATE):
            raise NoteUnread("no private key stands there")
        name, said_hash, seed = _parts(stripped.removeprefix(PRIVATE))
        signer = cls(name, seed)
        if key_hash(name, signer.verifier.public).hex() != said_hash:
            raise NoteUnread("the key's hash is another than the one written in front of it")
        return signer

    @property
    def verifier(self) -> Verifier:
        """The public key that belongs to it."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The private key as it stands in its file."""
        public = self.verifier.public
        return f"{PRIVATE}{self.name}+{key_hash(self.name, public).hex()}+{_plain(ED25519 + self.seed)}"

    def note(self, text: str) -> str:
        """The whole signed note for a text that ends with a new line."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        line = _plain(key_hash(self.name, self.verifier.public) + signature)
        return f"{text}\n{DASH}{self.name} {line}\n"


def read_head(note: str) -> SignedHead:
    """A head with its signatures, none of them looked at. Raises NoteUnread."""
    text, parted, below = note.rpartition("\n\n")
    if not parted or not below.endswith("\n") or len(note) > MOST_CHARACTERS:
        raise NoteUnread("a signed note is a text, an empty line, and lines of signatures")
    lines = f"{text}\n".split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdecimal() or len(lines[1]) > 18:
        raise NoteUnread("a head is an origin, a size and a root")
    if str(int(lines[1])) != lines[1]:
        raise NoteUnread("a size is written without noughts in front")
    root = _bytes(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise NoteUnread("a root has 32 bytes")
    head = Head(lines[0], int(lines[1]), root)
    return SignedHead(head, tuple(_signature(line) for line in below[:-1].split("\n")), f"{text}\n")


def read_signatures(note: str, text: str) -> tuple[Signature, ...]:
    """The signatures of a note that has this text, none of them looked at. Raises NoteUnread for a note of another text."""
    if not note.startswith(f"{text}\n{DASH}") or not note.endswith("\n") or len(note) > MOST_CHARACTERS:
        raise NoteUnread("a note of another text")
    return tuple(_signature(line) for line in note[len(text) + 1 : -1].split("\n"))


def read_heads(text: str) -> list[str]:
    """The notes of a text in which they stand one after another, as a witness keeps them; each whole."""
    notes: list[str] = []
    lines: list[str] = []
    below = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if below and not line.startswith(DASH):
            notes.append("\n".join(lines) + "\n")
            lines, below = [], False
        if line.startswith(DASH):
            below = True
        if line or lines:
            lines.append(line)
    if "".join(lines).strip():
        notes.append("\n".join(lines).rstrip("\n") + "\n")
    return notes


def _signature(line: str) -> Signature:
    name, parted, encoded = line.removeprefix(DASH).partition(" ")
    content = _bytes(encoded)
    if not line.startswith(DASH) or not name or not parted or len(content) <= HASH_BYTES:
        raise NoteUnread("a line of signature is a dash, the key's name, and base64")
    return Signature(name, content[:HASH_BYTES], content[HASH_BYTES:])


def _parts(text: str) -> tuple[str, str, bytes]:
    """Name, hash and the 32 bytes of a written key."""
    name, _, rest = text.partition("+")
    said_hash, parted, encoded = rest.partition("+")
    if not name or not parted or any(character.isspace() for character in name):
        raise NoteUnread("a key is <name>+<hash>+<base64>")
    content = _bytes(encoded)
    if content[:1] != ED25519 or len(content) != 1 + KEY_BYTES:
        raise NoteUnread("only Ed25519 keys are read here")
    return name, said_hash, content[1:]


def _bytes(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise NoteUnread("base64 does not read like this") from fault
    if base64.b64encode(content).decode() != encoded:
        raise NoteUnread("base64 has one spelling for one content")
    return content


def _plain(content: bytes) -> str:
    return base64.b64encode(content).decode()
