"""Tabs, U+3000 and full width disappear for reading; the meaning stays."""

import pytest

from yiwang.intake.reports.reading.cleaning import for_names, for_shingles, for_words, tidy

TEXTS = [
    # as it came, for people, for the classifier, for names, for comparing
    (
        "\n\t\t\t\n\t\t\t　　桥头 有垃圾。\r\n\t",
        "桥头 有垃圾。",
        "桥头 有垃圾",
        "桥头有垃圾。",
        "桥头有垃圾",
    ),
    ("第１２号（新海）ＫＴＶ", "第１２号（新海）ＫＴＶ", "第0号 新海 ktv", "第一二号(新海)ktv", "第12号新海ktv"),
    ("一\n\n　\n二", "一\n二", "一 二", "一二", "一二"),
    ("", "", "", "", ""),
]


@pytest.mark.parametrize(("raw", "people", "words", "names", "shingles"), TEXTS)
def test_cleaning(raw, people, words, names, shingles):
    assert tidy(raw) == people
    assert for_words(raw, 300) == words
    assert for_names(raw) == names
    assert for_shingles(raw) == shingles
