"""Judges of packs are found as their commands are: by the file, and only in our own source tree."""

from datetime import date
from pathlib import Path

from yiwang.kernel import appraisals
from yiwang.kernel.appraisals import Given
from yiwang.project.packappraisals import of_packs
from yiwang.project.packcommands import PACKS

MONTH = Given(date(2026, 3, 1), {"official_class": "iv"})


def test_the_running_town_asks_packs_by_name():
    found = appraisals.appraise("waters.section_month", MONTH)
    assert found is not None
    assert (found.code, found.mark) == ("iv", "Ⅳ")
    assert appraisals.appraise("waters.nobody_knows_this", MONTH) is None


def test_a_pack_without_judges_brings_none():
    assert of_packs([PACKS / "supervision"]) == {}


def test_of_a_pack_from_elsewhere_nothing_is_run(tmp_path: Path):
    folder = tmp_path / "waters"
    folder.mkdir()
    (folder / "appraisals.py").write_text("raise SystemExit('run')", encoding="utf-8")
    assert of_packs([folder]) == {}
