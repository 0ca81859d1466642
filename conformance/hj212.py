"""Reads millions of damaged HJ 212 packets: no crash, no hang, nothing held beyond a frame, no byte lost, and figures at the end.

Run from the root: `.venv/bin/python conformance/hj212.py --packets 5000000`. The packets are the public ones beside the project
(YIWANG_SHARED_DATA) and some written here, each damaged by up to eight changes that a seed decides: bits, bytes, lengths, checks and
separators, pieces of other packets, packets cut short. They come as streams in uneven pieces, with and without line ends. Every frame
that is found is parsed, its readings read, its parts joined and, where that can be, answered. Some 300 µs of computing for each.
"""

import argparse
import csv
import gc
import io
import os
import random  # noqa: TID251  # seeded: the same seed damages alike
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from yiwang.wire.hj212 import building, packet, readings  # noqa: E402  # the root is found first
from yiwang.wire.hj212.framing import LONGEST_FRAME, LONGEST_GARBAGE, Splitter  # noqa: E402
from yiwang.wire.hj212.joining import MOST_BYTES, Joiner  # noqa: E402

DATA = Path(os.environ.get("YIWANG_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hj212" / "packets.tsv"
STREAM = 200
"""Packets of one stream, after which splitter and joiner begin anew."""
PIECES = (
    b"##",
    b"&&",
    b"\r\n",
    b";",
    b",",
    b"=",
    b"CP=&&",
    b"MN=",
    b"##0100",
    b"PNUM=3;PNO=2;",
    b"PNUM=2;PNO=1;",
    b"\x00",
    b"\xce\xc5",
    b"-Rtd=",
    b"9" * 40,
)
LONGEST_PIECES = (3, *[60] * 4, *[1500] * 10, *[65_536] * 5)
KNOWN = {*packet.FAULTS, *packet.ODDITIES, *readings.ODDITIES}


@dataclass
class Told:
    """What one run found."""

    packets: int = 0
    seconds: float = 0.0
    frames: int = 0
    garbage: int = 0
    right: int = 0
    readings: int = 0
    joined: int = 0
    answered: int = 0
    held: int = 0
    longest_us: float = 0.0
    grown_mb: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)


class Wrong(Exception):
    """The codec broke a promise."""


def must(kept: bool, otherwise: str, about: object = "") -> None:
    """Raises Wrong when a promise is not kept."""
    if not kept:
        raise Wrong(f"{otherwise} {about}")


def main() -> int:
    """Run on all cores asked for, print the figures; 0 when nothing was wrong, otherwise the fault is raised."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--packets", type=int, default=100_000, help="how many, over all processes")
    asked.add_argument("--seed", type=int, default=212, help="the same seed damages alike")
    asked.add_argument("--processes", type=int, default=2)
    given = asked.parse_args()
    share = given.packets // given.processes
    began = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        parts = list(pool.map(run, [share] * given.processes, [given.seed + n for n in range(given.processes)]))
    show(parts, time.perf_counter() - began)
    return 0


def originals() -> list[bytes]:
    """What is damaged: the public packets where they are at hand, and one of each form."""
    found = [
        building.build(
            [("ST", "32"), ("CN", "2011"), ("PW", "123456"), ("MN", "88888880000001")], _parameters("0{:02}")
        ),
        building.build(
            [("QN", "20210412154520280"), ("ST", "21"), ("CN", "2061"), ("MN", "DX5"), ("Flag", "5")],
            _parameters("w010{:02}"),
        ),
        building.build(
            [("QN", "1"), ("ST", "21"), ("CN", "2051"), ("MN", "D"), ("Flag", "7"), ("PNUM", "2"), ("PNO", "1")],
            "a-Rtd=1",
        ),
    ]
    if DATA.exists():
        table = csv.DictReader(io.StringIO(DATA.read_text("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
        found += [row["packet"].encode() for row in table]
    return [one.rstrip() for one in found]


def _parameters(factor: str) -> str:
    codes = [factor.format(number) for number in range(10)]
    return "DataTime=20210412154500;" + ";".join(f"{code}-Rtd={code[-1]}.25,{code}-Flag=N" for code in codes)


def run(count: int, seed: int) -> Told:
    """Damage and read `count` packets; the seed decides everything."""
    dice = random.Random(seed)  # noqa: S311  # chooses damage, keeps no secret
    sound, told = originals(), Told(packets=count)
    began = time.perf_counter()
    settled = 0
    for number in range(0, count, STREAM):
        one_stream(dice, sound, min(STREAM, count - number), told)
        if number == 50 * STREAM:
            settled = memory_kb()
    told.seconds = time.perf_counter() - began
    told.grown_mb = (memory_kb() - settled) / 1024 if settled else 0.0
    return told


def memory_kb() -> int:
    """The most memory the process has had, in KiB."""
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def one_stream(dice: random.Random, sound: list[bytes], count: int, told: Told) -> None:
    """Some packets one behind the other, cut anywhere; all that comes out is looked at."""
    stream = b"".join(damaged(dice, sound) + dice.choice((b"\r\n", b"\r\n", b"", b"\n")) for _ in range(count))
    splitter, joiner, out = Splitter(), Joiner(), 0
    for now, piece in enumerate(cut(dice, stream)):
        out += look(splitter, joiner, piece, now / 100, told)
    out += look(splitter, joiner, None, 1e9, told)
    lost = len(stream) - out - stream.count(b"\r") - stream.count(b"\n")
    must(lost <= 0, f"{lost} bytes were lost")
    must((splitter.held, joiner.held) == (0, 0), "something is still held at the end")


def damaged(dice: random.Random, sound: list[bytes]) -> bytes:
    """One packet with up to eight changes, seldom none."""
    raw = bytearray(dice.choice(sound))
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
        dice.choice(DAMAGES)(raw, dice.randrange(len(raw) + 1), dice, sound)
    if dice.random() < 0.3:
        seal_again(raw, 0, dice, sound)
    return bytes(raw)


def flip_a_bit(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    if at < len(raw):
        raw[at] ^= 1 << dice.randrange(8)


def change_a_byte(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    raw[at : at + 1] = bytes([dice.randrange(256)])


def state_another_length(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    raw[2:6] = b"%04d" % dice.randrange(10_000)


def state_another_check(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    raw[-4:] = b"%04X" % dice.randrange(65_536)


def put_in_a_sign(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    raw[at:at] = dice.choice(PIECES)


def take_out_some(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    del raw[at : at + dice.randrange(1, 40)]


def put_in_another_packet(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    other = dice.choice(sound)
    start = dice.randrange(len(other))
    raw[at:at] = other[start : start + dice.randrange(80)]


def break_off(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    del raw[at:]


def seal_again(raw: bytearray, at: int, dice: random.Random, sound: list[bytes]) -> None:
    """Length and check made right again, so that what is inside is believed."""
    segment = bytes(raw[6:-4])
    if len(segment) <= building.LONGEST_SEGMENT:
        raw[:] = building.frame(segment).rstrip(b"\r\n")


DAMAGES: tuple[Callable[[bytearray, int, random.Random, list[bytes]], None], ...] = (
    flip_a_bit,
    change_a_byte,
    state_another_length,
    state_another_check,
    put_in_a_sign,
    take_out_some,
    put_in_another_packet,
    break_off,
    seal_again,
)


def cut(dice: random.Random, stream: bytes) -> Iterator[bytes]:
    """The stream in uneven pieces; one in twenty in pieces of one to three bytes, which take most of the time."""
    at, most = 0, dice.choice(LONGEST_PIECES)
    while at < len(stream):
        size = dice.randrange(1, most + 1)
        yield stream[at : at + size]
        at += size


def look(splitter: Splitter, joiner: Joiner, piece: bytes | None, now: float, told: Told) -> int:
    """Read what a piece brings out (None: the end), keep the figures; the bytes that came out."""
    began = time.thread_time()
    found = splitter.flush() if piece is None else splitter.feed(piece)
    took, out = time.thread_time() - began, 0
    for one in found:
        out += len(one.raw)
        must(len(one.raw) <= (LONGEST_FRAME if one.framed else LONGEST_GARBAGE), "a piece is too long")
        if one.framed:
            began = time.thread_time()
            look_at(packet.parse(one.raw), joiner, now, told)
            told.longest_us = max(told.longest_us, (time.thread_time() - began) * 1e6)
        else:
            told.garbage += 1
    if joiner.held:
        told.joined += sum(joined.complete for joined in (joiner.flush() if piece is None else joiner.expire(now)))
    told.longest_us = max(told.longest_us, took * 1e6 / max(1, len(found)))
    told.held = max(told.held, splitter.held + joiner.held)
    must(told.held <= LONGEST_FRAME + 6 + MOST_BYTES, f"{told.held} bytes are held")
    return out


def look_at(found: packet.Packet, joiner: Joiner, now: float, told: Told) -> None:
    """One packet: its words known, its readings read, joined, answered."""
    told.frames += 1
    told.right += found.ok
    told.faults.update(found.faults)
    read = readings.read(found.cp)
    must(read == readings.read_closely(found.cp), "another thing is said when it is looked at closely:", found)
    told.oddities.update((*found.oddities, *read.oddities))
    must({*found.faults, *found.oddities, *read.oddities} <= KNOWN, "something unknown is named:", found)
    readings.form_of(found)
    if not found.ok:
        return
    told.readings += len(read.readings)
    told.joined += sum(joined.complete for joined in joiner.add(found, now) if len(joined.packets) > 1)
    try:
        answer = packet.parse(building.data_answer(found))
    except building.Unwritable:
        return
    must(answer.ok, "the answer is wrong to", found)
    told.answered += 1


def show(parts: list[Told], seconds: float) -> None:
    """The figures of all processes together."""
    faults = sum((part.faults for part in parts), Counter())
    oddities = sum((part.oddities for part in parts), Counter())
    lines = [
        ("damaged packets", f"{sum(part.packets for part in parts):,}"),
        ("seconds", f"{seconds:,.0f} on {len(parts)} processes"),
        ("frames found", f"{sum(part.frames for part in parts):,}"),
        ("  without fault", f"{sum(part.right for part in parts):,}"),
        ("  joined of parts", f"{sum(part.joined for part in parts):,}"),
        ("  answered", f"{sum(part.answered for part in parts):,}"),
        ("readings in them", f"{sum(part.readings for part in parts):,}"),
        ("pieces of garbage", f"{sum(part.garbage for part in parts):,}"),
        ("longest for one", f"{max(part.longest_us for part in parts):,.0f} µs of computing"),
        ("most bytes held", f"{max(part.held for part in parts):,}"),
        ("memory grown", f"{max(part.grown_mb for part in parts):.1f} MB after the first 10,000 packets of a process"),
        *[(f"fault {name}", f"{count:,}") for name, count in faults.most_common()],
        *[(f"oddity {name}", f"{count:,}") for name, count in oddities.most_common()],
    ]
    print("\n".join(f"{name:28} {value}" for name, value in lines))  # noqa: T201  # the answer of the program


if __name__ == "__main__":
    sys.exit(main())
