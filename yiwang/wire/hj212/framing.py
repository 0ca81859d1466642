"""Packets found in a stream of bytes, in whatever pieces it comes (R-071).

A frame is `##`, a length of four digits, the data segment, four hexadecimal digits, CR LF. Where it ends is read from its grammar and
not from its length, since lengths lie: a data segment has `&&` twice, before and behind its parameters, and four characters follow.
A frame that is broken off ends where its line ends or where the next frame begins, whichever comes first. The length is then
checked like everything else. So every piece is found at the same place however the bytes were cut, and a frame is given back as
soon as its last character is there, whether or not CR LF follows.
"""

import re
from typing import NamedTuple

LONGEST_FRAME = 2 + 4 + 9999 + 4
"""Bytes: `##`, length, the longest data segment that four digits can state, check. Longer is cut here."""
LONGEST_GARBAGE = 1024
"""Bytes of one piece of garbage."""
_AHEAD = 6
"""So many bytes tell that a frame begins: `##` and four digits."""
_BEGINS = re.compile(rb"##\d{4}")
_ENDS_CHECK = b"\r\n#"
_ONE_FRAME = re.compile(rb"##\d{4}[^#&\r]*&&[^#&\r]*&&[^#\r\n]{4}\r\n")
"""What a line of an instrument nearly always brings at a time; what this finds, everything below would find as one frame too."""


class Found(NamedTuple):
    """A piece of the stream. `framed` says that it began with `##` and is worth reading; otherwise it is garbage."""

    raw: bytes
    framed: bool


class Splitter:
    """Cuts a stream into frames and garbage. CR and LF between them belong to neither and are dropped.

    Holds at most LONGEST_FRAME bytes and what is needed to see that a frame begins, whatever comes.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._seen = 0
        """So many bytes of an unfinished frame at the beginning of the rest are known to hold no beginning of another."""

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Found]:
        """Take the next bytes; give back what they finish, in order."""
        if not self._rest and len(data) <= LONGEST_FRAME and _ONE_FRAME.fullmatch(data):
            return [Found(data[:-2], True)]
        return self._split(self._rest + data if self._rest else data, last=False)

    def flush(self) -> list[Found]:
        """Give back what waits: nothing more comes, or nothing has come for too long."""
        return self._split(self._rest, last=True)

    def _split(self, buffer: bytes, *, last: bool) -> list[Found]:
        found: list[Found] = []
        at = 0
        while True:
            at = _after_line_ends(buffer, at)
            start = buffer.find(b"##", at)
            if start != at:
                at = _garbage(buffer, at, start, found, last=last)
                if start < 0:
                    break
                continue
            end = _end_of_frame(buffer, at, max(at + 1, self._seen))
            if end < 0 and last:
                end = len(buffer)
            if end < 0:
                break
            found.append(Found(buffer[at:end], end - at > 1))
            at, self._seen = end, 0
        self._rest = buffer[at:]
        self._seen = max(0, len(self._rest) - _AHEAD + 1) if self._rest.startswith(b"##") else 0
        return found


def _after_line_ends(buffer: bytes, at: int) -> int:
    while buffer[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at


def _garbage(buffer: bytes, at: int, start: int, found: list[Found], *, last: bool) -> int:
    """Garbage before the frame at `start`, or without a frame (-1) as far as it is surely garbage. Where it ends."""
    known = start
    if start < 0:
        known = len(buffer) - (1 if buffer.endswith(b"#") and not last else 0)
    while known - at >= LONGEST_GARBAGE:
        found.append(Found(buffer[at : at + LONGEST_GARBAGE], False))
        at = _after_line_ends(buffer, at + LONGEST_GARBAGE)
    if at < known and (start >= 0 or last):
        found.append(Found(buffer[at:known], False))
        at = known
    return at


def _end_of_frame(buffer: bytes, start: int, unseen: int) -> int:
    """Where the frame at `start` ends, -1 while that cannot be known; another frame begins nowhere before `unseen`."""
    end = _written_end(buffer, start, unseen)
    longest = start + LONGEST_FRAME
    if end > longest or (end < 0 and len(buffer) >= longest + _AHEAD):
        return longest
    return end


def _written_end(buffer: bytes, start: int, unseen: int) -> int:
    opening = buffer.find(b"&&", start + 2)
    closing = buffer.find(b"&&", opening + 2) if opening >= 0 else -1
    limit = closing if closing >= 0 else len(buffer)
    line = buffer.find(b"\r\n", start + 2, limit)
    if line >= 0:
        limit = line
    if buffer.find(b"##", unseen, limit) >= 0:
        again = _BEGINS.search(buffer, unseen, limit)
        if again:
            return again.start()
    if line >= 0 or closing < 0:
        return line
    return _end_of_check(buffer, closing + 2)


def _end_of_check(buffer: bytes, at: int) -> int:
    """Where the four characters at `at` end, earlier when something else begins among them, -1 when they are not all there."""
    check = buffer[at : at + 4]
    for place, byte in enumerate(check):
        if byte in _ENDS_CHECK:
            return at + place
    return at + 4 if len(check) == 4 else -1
