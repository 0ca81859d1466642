"""The type that printed summaries carry is the one that was recorded, and it has what a town writes."""

import hashlib
import re

import pytest

from yiwang.web.board.papers.printed import FONTS, marked

RECORDED = dict(re.findall(r"\| `([\w.-]+)` \|.*`(\w{64})` \|", (FONTS / "README.md").read_text(encoding="utf-8")))


def test_each_font_is_the_one_that_was_recorded_with_its_licence_beside_it() -> None:
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")}
    assert there == RECORDED
    assert len(there) == 2
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["〔2026〕第3期 ≥ 3.5 亩，截至 12:03", "Board of the plan · No. 3 – “80 %”"])
def test_what_a_summary_says_is_all_of_the_first_font(text: str) -> None:
    assert marked(text) == text


def test_a_rarer_character_is_of_the_second_and_one_that_neither_has_of_the_readers_own() -> None:
    assert marked("河浜<b>") == '河<font name="NotoSansSC-2">浜</font>&lt;b&gt;'
    assert marked("䶮") == '<font name="STSong-Light">䶮</font>'
