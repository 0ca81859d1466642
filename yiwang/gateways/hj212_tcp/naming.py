"""What the codes of HJ 212 mean, in words for people. What nobody has compared with its source says so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yiwang.kernel.wording import word
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.codes import Code
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.readings import items

TABLES: Mapping[str, Mapping[Any, Code]] = {
    "command": codes.COMMANDS,
    "system": codes.SYSTEMS,
    "flag": codes.DATA_FLAGS,
    "qnrtn": codes.REQUEST_RETURNS,
    "exertn": codes.RESULT_RETURNS,
}
"""Kind → code → what it stands for. The words stand in texts under hj212.KIND.CODE, unless other doors have the codes too."""
EVERY_DOOR = {"flag": "reading.flag"}
"""Kind → where its words stand."""


class Returned(NamedTuple):
    """What an answer says: which field of it, its number, and what that stands for, where it is known."""

    field: str
    number: int
    code: Code | None


def named(kind: str, code: str | int, language: str) -> str:
    """The words for a code, "" for one that the table does not have."""
    known = TABLES[kind].get(code)
    if known is None:
        return ""
    said = word(f"{EVERY_DOOR.get(kind, f'hj212.{kind}')}.{code}", language)
    return said if known.verified else word("hj212.unverified", language).format(said=said)


def returned(packet: Packet) -> Returned | None:
    """What an answer (9011, 9012) says; None for other packets and for what is no number."""
    field = {codes.REQUEST_ANSWER: "QnRtn", codes.RESULT: "ExeRtn"}.get(packet.cn, "")
    text = dict(items(packet.cp)).get(field, "") if field else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return None
    return Returned(field, int(text), TABLES[field.lower()].get(int(text)))


def unverified(packet: Packet) -> list[str]:
    """The fields of a packet whose meaning nobody has compared with its source."""
    known = {"CN": codes.COMMANDS.get(packet.cn), "ST": codes.SYSTEMS.get(packet.fields.get("ST", ""))}
    answer = returned(packet)
    if answer:
        known[answer.field] = answer.code
    return [field for field, code in known.items() if code and not code.verified]
