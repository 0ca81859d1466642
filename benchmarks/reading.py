"""How well and how fast the reader reads real messages. Run from the root: `.venv/bin/python benchmarks/reading.py`

The messages are those of `../shared/data/hotline` (or the folder in YIWANG_SHARED_DATA); nobody here wrote them and nothing
here was trained on them, except in the five-fold part, which says so. Times are processor time, so that
others at work on the machine change them little.
"""

import csv
import gzip
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from yiwang.intake.reports.reading.cleaning import for_shingles
from yiwang.intake.reports.reading.duplicates import RecentIndex
from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import Advice, Earlier, Message, NamedPlace, PastCase, TypeWords
from yiwang.intake.reports.reading.words import class_of
from yiwang.kernel.terms import PlaceId

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("YIWANG_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hotline"
AT = datetime(2020, 1, 1, tzinfo=UTC)
SEED = 20190620

OFFICIAL = {
    "H-01": "城乡建设",
    "H-02": "环境保护",
    "H-03": "交通运输",
    "H-04": "教育文体",
    "H-05": "劳动和社会保障",
    "H-06": "商贸旅游",
    "H-07": "卫生计生",
    "H-10": "城乡建设",
    "H-13": "城乡建设",
}
"""Our 大类 that fall under one of the seven official labels. In the official taxonomy estates (物业), water, gas and power
belong to 城乡建设. Ours for villages, government, welfare and safety have no label here: guessing them counts as wrong."""
FIRST_TYPE = {label: code for code, label in reversed(OFFICIAL.items())}

console = Console(width=110)


def rows_of(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def text_of(row: dict[str, str]) -> str:
    return f"{row['留言主题']}\n{row['留言详情']}"


def pack_types() -> list[TypeWords]:
    types = []
    for pack in ("grid", "hotline"):
        content = yaml.safe_load((ROOT / f"yiwang/packs/{pack}/case_types.yaml").read_text(encoding="utf-8"))
        for row in content["classes"]:
            types += [
                TypeWords(
                    t["code"], t["name"]["zh-Hans"], t["department"], tuple(t["examples"]), row["name"]["zh-Hans"]
                )
                for t in row["types"]
            ]
    return types


def best_label(advice: Advice) -> str:
    return OFFICIAL.get(class_of(advice.classes[0].code), "—")


def out_of_the_box(reader: NgramReader, rows: Sequence[dict[str, str]]) -> None:
    advice_list = reader.read_many([Message(text_of(row), AT) for row in rows], kinds="H")
    right = [best_label(advice) == row["一级标签"] for advice, row in zip(advice_list, rows, strict=True)]
    five = [
        row["一级标签"] in {OFFICIAL.get(class_of(c.code)) for c in advice.classes}
        for advice, row in zip(advice_list, rows, strict=True)
    ]
    table = Table(title="Class, out of the box (packs' own sentences only; 927 labelled messages, 7 labels)")
    for column in ("label", "messages", "right", "share"):
        table.add_column(column)
    for label, count in Counter(row["一级标签"] for row in rows).most_common():
        hits = sum(hit for hit, row in zip(right, rows, strict=True) if row["一级标签"] == label)
        table.add_row(label, str(count), str(hits), f"{hits / count:.1%}")
    table.add_row("all", str(len(rows)), str(sum(right)), f"{np.mean(right):.1%}")
    console.print(table)
    largest = Counter(row["一级标签"] for row in rows).most_common(1)[0][1] / len(rows)
    outside = sum(best_label(advice) == "—" for advice in advice_list)
    console.print(f"among the five shown: {np.mean(five):.1%}; always guessing the largest label: {largest:.1%}")
    console.print(f"guessed a class that has no official label (counted as wrong): {outside}")
    calibration(advice_list, right)


def label_chance(advice: Advice) -> float:
    """The chance of the first suggestion's label: the types shown under it, added up (at most five are shown)."""
    label = best_label(advice)
    return sum(c.probability for c in advice.classes if OFFICIAL.get(class_of(c.code), "—") == label)


def calibration(advice_list: Sequence[Advice], right: Sequence[bool]) -> None:
    table = Table(title="Is the probability honest? (label of the first suggestion)")
    for column in ("said", "messages", "mean said", "truly right"):
        table.add_column(column)
    said = np.array([label_chance(advice) for advice in advice_list])
    truth = np.array(right)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (said >= low) & (said < low + 0.2 + (low == 0.8))
        if inside.any():
            table.add_row(
                f"{low:.1f}–{low + 0.2:.1f}",
                str(inside.sum()),
                f"{said[inside].mean():.2f}",
                f"{truth[inside].mean():.2f}",
            )
    console.print(table)
    parts = np.minimum((said * 5).astype(int), 4)
    apart = sum(abs(said[parts == part].sum() - truth[parts == part].sum()) for part in range(5)) / len(said)
    surprise = -np.log(np.where(truth, said, 1 - said).clip(1e-3)).mean()
    console.print(f"Between what is said and what is right: {apart:.3f} on average (ECE); log loss {surprise:.3f}")


def folds(count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    order = np.random.default_rng(SEED).permutation(count)
    for part in np.array_split(order, 5):
        yield np.setdiff1d(order, part), part


def with_past_cases(types: Sequence[TypeWords], rows: Sequence[dict[str, str]]) -> None:
    """The labels are of level one only, so each is filed under one added type of the class that carries the label."""
    added = [TypeWords(f"{FIRST_TYPE[label]}-99", label, "centre", (label,)) for label in sorted(FIRST_TYPE)]
    shares, all_advice, all_right = [], [], []
    for train, test in folds(len(rows)):
        past = [PastCase(text_of(rows[i]), f"{FIRST_TYPE[rows[i]['一级标签']]}-99") for i in train]
        reader = NgramReader([*types, *added], past=past)
        advice_list = reader.read_many([Message(text_of(rows[i]), AT) for i in test], kinds="H")
        right = [best_label(r) == rows[i]["一级标签"] for r, i in zip(advice_list, test, strict=True)]
        shares.append(np.mean(right))
        all_advice += advice_list
        all_right += right
    console.print(
        f"Class, five-fold with four fifths as past cases: {np.mean(shares):.1%} "
        f"(folds {', '.join(f'{share:.1%}' for share in shares)})"
    )
    calibration(all_advice, all_right)


def moment(text: str) -> datetime:
    return datetime.strptime(text.replace("-", "/"), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)


def repeated_bodies(reader: NgramReader) -> None:
    rows = sorted(rows_of("messages_with_time_4326.csv.gz"), key=lambda row: moment(row["留言时间"]))
    seen: dict[str, int] = {}
    repeats = {}
    for number, row in enumerate(rows):
        body = for_shingles(row["留言详情"])
        if body in seen:
            repeats[number] = seen[body]
        seen[body] = number
    messages = [Message(text_of(row), moment(row["留言时间"]), ref=UUID(int=number)) for number, row in enumerate(rows)]
    start = time.process_time()
    advice_list = reader.read_many(messages, recent=RecentIndex(), kinds="H")
    taken = time.process_time() - start
    found = sum(
        any(d.ref == UUID(int=first) for d in advice_list[number].duplicates) for number, first in repeats.items()
    )
    any_found = sum(bool(advice_list[number].duplicates) for number in repeats)
    others = [number for number, advice in enumerate(advice_list) if advice.duplicates and number not in repeats]
    apart = [messages[n].at - messages[f].at for n, f in repeats.items()]
    missed_old = sum(gap > timedelta(days=60) for gap in apart)
    console.print(f"Duplicates among {len(rows)} messages in order of time: {len(repeats)} repeat an earlier body;")
    console.print(f"  found: {found} with the very one, {any_found} with some; {missed_old} lie over 60 days apart;")
    console.print(
        f"  suggested for {len(others)} further messages (not repeated word for word; nobody has labelled them)"
    )
    console.print(f"Speed: class, place, duplicates and remembering: {len(rows) / taken:.0f} messages/s on one core")


def honest_duplicates(reader: NgramReader) -> None:
    """Pairs of these messages that were found alike, two in three of those said 0.3 to 0.9 and one in five of the surer: the numbers
    of both, and whether one who read them (2026-11-26, one reader, not the town's staff) found them to be about the same matter."""
    by_number = {row["留言编号"]: row for row in rows_of("messages_with_time_4326.csv.gz")}
    said, truth = [], []
    for pair in csv.DictReader((ROOT / "benchmarks" / "duplicate_pairs.csv").open(encoding="utf-8")):
        later, before = by_number[pair["later"]], by_number[pair["earlier"]]
        first = reader.read(text_of(before), at=AT, kinds="H").classes[0].code
        known = RecentIndex([Earlier(UUID(int=1), "report", text_of(before), moment(before["留言时间"]), code=first)])
        found = reader.read(text_of(later), at=moment(later["留言时间"]), recent=known, kinds="H").duplicates
        said.append(found[0].probability if found else 0.0)
        truth.append(pair["same"] == "1")
    table = Table(
        title=f"Is the probability of a duplicate honest? ({len(said)} pairs without places, not word for word)"
    )
    for column in ("said", "pairs", "mean said", "truly the same"):
        table.add_column(column)
    chances, same = np.array(said), np.array(truth)
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1.01)):
        inside = (chances >= low) & (chances < high)
        if inside.any():
            name = f"{low:.1f}–{min(high, 1.0):.1f}" if low else "nothing"
            table.add_row(name, str(inside.sum()), f"{chances[inside].mean():.2f}", f"{same[inside].mean():.2f}")
    shown = chances > 0
    table.add_row("all said", str(shown.sum()), f"{chances[shown].mean():.2f}", f"{same[shown].mean():.2f}")
    console.print(table)


def single_speed(reader: NgramReader, rows: Sequence[dict[str, str]]) -> None:
    start = time.process_time()
    for row in rows[:300]:
        reader.read(text_of(row), at=AT)
    console.print(f"Speed, one by one (as typed at the desk): {300 / (time.process_time() - start):.0f} messages/s")


def invented_places(count: int) -> list[NamedPlace]:
    """As many names as a town has, so that looking for places is not free."""
    first, second = "红新长跃海前光卫东北西南星民建和", "星海征进桥明丰江港沙湾滨兴隆"
    endings = ("路", "小区", "河", "新村", "公寓", "农场")
    names = [a + b + e for e in endings for a in first for b in second][:count]
    return [NamedPlace(PlaceId(UUID(int=number)), name) for number, name in enumerate(names)]


def main() -> None:
    if not DATA.exists():
        console.print(f"{DATA} is not there; set YIWANG_SHARED_DATA to the folder that has hotline/")
        return
    types = pack_types()
    start = time.process_time()
    reader = NgramReader(types, places=invented_places(1000))
    console.print(
        f"{reader.version}: {len(types)} types trained in {time.process_time() - start:.2f} s, 1,000 place names"
    )
    labelled = rows_of("labelled.csv.gz")
    out_of_the_box(reader, labelled)
    with_past_cases(types, labelled)
    repeated_bodies(reader)
    honest_duplicates(reader)
    single_speed(reader, labelled)


if __name__ == "__main__":
    main()
