"""The probability of a class is honest for messages the reader has not seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from yiwang.intake.reports import town_reader
from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import Message

AT = datetime(2026, 1, 5, tzinfo=UTC)
PARTS = 3
OFF_MOST = 0.08
"""With some 1,000 sentences chance alone moves the share by 0.03."""


@pytest.fixture(scope="module")
def said_and_right():
    """For each sentence of the packs: how sure a reader that had not seen it was of its first suggestion, and whether that is right."""
    types = town_reader._types()
    found = []
    for part in range(PARTS):
        seen = [replace(one, examples=[e for i, e in enumerate(one.examples) if i % PARTS != part]) for one in types]
        unseen = [(e, one.code) for one in types for i, e in enumerate(one.examples) if i % PARTS == part]
        reader = NgramReader(seen)
        for kinds in ("H", "CE"):
            asked = [(text, code) for text, code in unseen if code[0] in kinds]
            advice_list = reader.read_many([Message(text, AT) for text, _ in asked], kinds=kinds)
            best = [(advice.classes[0], code) for advice, (_, code) in zip(advice_list, asked, strict=True)]
            found += [(one.probability, one.code == code) for one, code in best]
    return found


def test_it_is_right_as_often_as_it_says(said_and_right):
    said = sum(chance for chance, _ in said_and_right) / len(said_and_right)
    right = sum(hit for _, hit in said_and_right) / len(said_and_right)
    assert len(said_and_right) > 900
    assert abs(said - right) < OFF_MOST, f"says {said:.2f}, is right in {right:.2f}"


def test_the_surer_it_is_the_more_often_it_is_right(said_and_right):
    bands = [[hit for chance, hit in said_and_right if low <= chance < low + 0.34] for low in (0.0, 0.34, 0.68)]
    shares = [sum(band) / len(band) for band in bands]
    assert shares == sorted(shares)
    assert shares[2] > shares[0] + 0.25
