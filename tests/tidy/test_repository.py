"""What lies in the repository: nothing large, nothing half merged, nothing of others' under our name, no town's real data."""

import csv
import gzip
import io
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

LARGEST = 2 * 1024 * 1024
TEXT = (
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".yaml",
    ".toml",
    ".txt",
    ".ini",
    ".cfg",
    ".sh",
    ".geojson",
    ".json",
    ".po",
    "Makefile",
)
MARKS = re.compile(
    r"^(<{7}|>{7}|\|{7}) |^={7}$"  # a merge left half done
    r"|All rights reserved|SPDX-FileCopyrightText|stackoverflow\.com/(a|q|questions)/|[Cc]opied from|[Aa]dapted from http",
    re.MULTILINE,
)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/(?!\.)")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")
SHINGLE = 24
CHINESE = re.compile(r"[\u4e00-\u9fff,。、;:?!“”()]+")


def listed(root: Path) -> list[Path]:
    """What git has or would take: nothing ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    paths = (root / name for name in done.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def texts_of(root: Path) -> dict[str, str]:
    """Every text of ours, by its path; other people's files under static/vendor are not ours."""
    paths = (path for path in listed(root) if path.name.endswith(TEXT) and "vendor" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="session")
def ours(tree: Any) -> dict[str, str]:
    found = texts_of(tree.root)
    assert len(found) > 200
    return found


def marked(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    own = "tests/tidy/test_repository.py"
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"
        for name, text in texts.items()
        if name != own
        for match in pattern.finditer(text)
    ]


def test_no_file_is_larger_than_two_megabytes(tree: Any) -> None:
    assert [tree.name(path) for path in listed(tree.root) if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("pattern", [MARKS, MACHINE, SECRET], ids=["merge or copy", "a machine's path", "a secret"])
def test_no_text_carries_marks_of_something_else(pattern: re.Pattern[str], ours: dict[str, str]) -> None:
    faults = marked(ours, pattern)
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MARKS, "x\n<<<<<<< HEAD\n"),
        (MARKS, "# Copyright 2020 Somebody. All rights reserved.\n"),
        (MARKS, "# see https://stackoverflow.com/a/123\n"),
        (MACHINE, "open('/root/notes.txt')\n"),
        (SECRET, "-----BEGIN RSA PRIVATE KEY-----\n"),
    ],
)
def test_a_planted_mark_is_found(pattern: re.Pattern[str], text: str) -> None:
    assert len(marked({"yiwang/x.py": text}, pattern)) == 1


def real_messages(tree: Any) -> str:
    """The messages of the public complaint site; they are read in place and never copied here."""
    shared = Path(os.environ.get("YIWANG_SHARED", tree.root.parent / "shared"))
    path = shared / "data" / "hotline" / "replies_2816.csv.gz"
    if not path.exists():
        pytest.skip(reason=f"the real messages are not at {path}")
    rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8-sig")))
    return "\n".join("\n".join(row[2:6]) for row in rows)


def shingles(text: str) -> set[str]:
    """Every run of 24 Chinese characters: long enough that two people do not write the same by chance."""
    runs = (match[0] for match in CHINESE.finditer(text))
    return {run[at : at + SHINGLE] for run in runs for at in range(len(run) - SHINGLE + 1)}


def test_no_sentence_of_a_real_message_was_copied_here(tree: Any, ours: dict[str, str]) -> None:
    real = shingles(real_messages(tree))
    assert len(real) > 10_000
    faults = [f"{name}: {min(shared)}" for name, text in ours.items() if (shared := shingles(text) & real)]
    assert not faults, "\n".join(["", *faults])


def test_a_copied_sentence_would_be_found(tree: Any) -> None:
    sentence = max(CHINESE.findall(real_messages(tree)), key=len)[:40]
    assert shingles(f"文:{sentence}") & shingles(real_messages(tree))
