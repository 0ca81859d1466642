"""Packets in a file told to people and programs: what stands in each, whether it can be relied on, and why not. Nothing is stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from yiwang.gateways.hj212_tcp.naming import named, returned, unverified
from yiwang.kernel.wording import word
from yiwang.wire.hj212 import checksum, codes, packet, readings
from yiwang.wire.hj212.framing import Splitter
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.readings import Read

NO_PACKET = "no-packet"
"""The fault of a line in which no packet begins."""
LENGTH_DIGITS = 4
LONGEST_SHOWN = 80
"""Characters of a line without a packet that are shown."""


@dataclass(frozen=True)
class Decoded:
    """One packet of a file, or a line in which none begins (`packet` is None)."""

    line: int
    raw: bytes
    packet: Packet | None
    read: Read

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it cannot be relied on, the first fault first; empty for a right packet."""
        return self.packet.faults if self.packet else (NO_PACKET,)

    @property
    def oddities(self) -> tuple[str, ...]:
        """Departures from the standard that leave no doubt about what is meant."""
        return tuple(dict.fromkeys((*(self.packet.oddities if self.packet else ()), *self.read.oddities)))


def decode(lines: Iterable[bytes]) -> Iterator[Decoded]:
    """The packets of a capture or a log, in order: several to a line or one, with or without something before them."""
    for number, line in enumerate(lines, 1):
        splitter = Splitter()
        framed = [one.raw for one in (*splitter.feed(line.rstrip(b"\r\n")), *splitter.flush()) if one.framed]
        found = [(raw, read) for raw in framed if _is_packet(read := packet.parse(raw))]
        for raw, read in found:
            yield Decoded(number, raw, read, readings.read(read.cp))
        if not found and line.strip():
            yield Decoded(number, line.strip(), None, Read((), ()))


def _is_packet(read: Packet) -> bool:
    """Whether anything of a packet stands there: two number signs alone are a heading of somebody's text."""
    return bool(read.fields) or read.stated_length is not None


def computed_check(found: Packet) -> str:
    """The check that the data segment should have; empty where its end is missing, so that nobody knows of what."""
    if found.crc_kind is None:
        return ""
    begins = 2 if found.stated_length is None else 2 + LENGTH_DIGITS
    return f"{checksum.checksum(found.raw[begins : begins + found.length]):04X}"


def plain(decoded: Decoded) -> dict[str, Any]:
    """For JSON: numbers of readings as the text that was sent, so that no digit is lost; bytes beyond ASCII as Latin-1."""
    told: dict[str, Any] = {
        "line": decoded.line,
        "ok": not decoded.faults,
        "fault": decoded.faults[0] if decoded.faults else None,
        "faults": list(decoded.faults),
        "oddities": list(decoded.oddities),
        "fields": {},
        "readings": [],
        "raw": decoded.raw.decode("latin-1"),
    }
    if decoded.packet:
        told |= _of_packet(decoded.packet, decoded.read)
    return told


def _of_packet(found: Packet, read: Read) -> dict[str, Any]:
    command, system = codes.COMMANDS.get(found.cn), codes.SYSTEMS.get(found.fields.get("ST", ""))
    answer = returned(found)
    return {
        "fields": {**found.fields, "CP": found.cp},
        "form": readings.form_of(found),
        "command": command.name if command else None,
        "system": system.name if system else None,
        "returned": {answer.field: answer.number, "name": answer.code.name if answer.code else None}
        if answer
        else None,
        "unverified": unverified(found),
        "length": found.length,
        "stated_length": found.stated_length,
        "len_ok": found.length_ok,
        "stated_crc": found.stated_crc,
        "computed_crc": computed_check(found) or None,
        "crc_ok": found.crc_ok,
        "crc_kind": found.crc_kind,
        "part": list(found.part) if found.part else None,
        "readings": [
            {
                "factor": one.factor,
                "statistic": one.statistic,
                "value": one.written if one.value is not None else None,
                "written": one.written,
                "flag": one.flag,
                "at": one.at.isoformat() if one.at else None,
                "sampled_at": one.sampled_at.isoformat() if one.sampled_at else None,
            }
            for one in read.readings
        ],
    }


def shown(decoded: Decoded, language: str) -> str:
    """For people: a line of what it is and what is wrong with it, then a line for each reading."""
    found = decoded.packet
    verdict = "✗" if decoded.faults else "✓"
    said = [_named("fault", fault, language) + _stated(decoded.packet, fault, language) for fault in decoded.faults]
    said += [_named("oddity", oddity, language) for oddity in decoded.oddities]
    if found is None:
        text = decoded.raw.decode("utf-8", "backslashreplace")[:LONGEST_SHOWN]
        return f"{decoded.line:>5} {verdict} {said[0]}  {_printable(text)}"
    parts = [f"{found.cn} {named('command', found.cn, language)}".strip(), f"MN={found.mn}"]
    parts += [named("system", found.fields.get("ST", ""), language), _told(found, language)]
    parts += [f"PNO={found.part[0]}/{found.part[1]}" if found.part else "", *said]
    lines = [f"{decoded.line:>5} {verdict} {_printable(' · '.join(part for part in parts if part))}"]
    for one in decoded.read.readings:
        at = f"{one.at:%Y-%m-%d %H:%M:%S}" if one.at else "—"
        flag = named("flag", one.flag, language) or one.flag
        lines.append(f"        {at}  {one.factor:<8} {one.statistic:<6} {one.written:>14}  {flag}".rstrip())
    return "\n".join([lines[0], *map(_printable, lines[1:])])


def _named(kind: str, slug: str, language: str) -> str:
    return word(f"hj212.{kind}.{slug}", language)


def _stated(found: Packet | None, fault: str, language: str) -> str:
    """What was written and what it should have been, where a number is wrong."""
    if found is None:
        return ""
    if fault == packet.LENGTH_WRONG:
        pair = (f"{found.stated_length:0{LENGTH_DIGITS}d}", f"{found.length:0{LENGTH_DIGITS}d}")
    elif fault in packet.OF_CRC.values():
        pair = (found.stated_crc, computed_check(found))
    else:
        return ""
    return word("hj212.stated", language).format(stated=pair[0], computed=pair[1])


def _told(found: Packet, language: str) -> str:
    """What an answer says, such as `QnRtn=3 wrong password`."""
    answer = returned(found)
    if answer is None:
        return ""
    return f"{answer.field}={answer.number} {named(answer.field.lower(), answer.number, language)}".strip()


def _printable(text: str) -> str:
    """What a terminal may show: a packet is somebody else's bytes, and some of them would steer the terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
