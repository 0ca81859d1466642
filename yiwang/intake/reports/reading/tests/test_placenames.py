"""Places are found as written, by another name, by sound, and with one wrong character."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.intake.reports.reading.placenames import PlaceNames, sounds_of
from yiwang.intake.reports.reading.tests.small_town import PLACES

NAMES = PlaceNames(PLACES.values())

TEXTS = [
    # what is written, the places found (best first), how
    ("跃进桥下面有垃圾", ["跃进桥"], "reading.place.written"),
    ("跃 进 桥 下面", ["跃进桥"], "reading.place.written"),
    ("新海一村门口", ["新海一村"], "reading.place.written"),
    ("新海1村门口", ["新海一村"], "reading.place.written"),
    ("新海１村门口", ["新海一村"], "reading.place.written"),
    ("长征菜场后门", ["长征农贸市场"], "reading.place.alias"),
    ("月进桥塌了", ["跃进桥"], "reading.place.heard"),
    ("新海儿村的路", ["新海二村"], "reading.place.heard"),
    ("长征农茂市场里面", ["长征农贸市场"], "reading.place.heard"),
    ("长征农副市场里面", ["长征农贸市场"], "reading.place.nearly"),
    ("长征农市场里面", ["长征农贸市场"], "reading.place.nearly"),
    ("红星路上", ["红星路"], "reading.place.written"),
    ("红星居委", ["红星"], "reading.place.written"),
    ("新海三村门口", [], ""),
    ("什么地方也没有说", [], ""),
    ("", [], ""),
]


@pytest.mark.parametrize(("text", "found", "how"), TEXTS)
def test_a_name_is_found(text, found, how):
    suggestions = NAMES.find(text)
    assert [s.name for s in suggestions] == found
    assert [s.reason.key for s in suggestions] == [how] * len(found)
    assert all(s.name in s.reason.said("zh-Hans") or s.reason.key.endswith("written") for s in suggestions)


def test_two_places_in_one_message_are_both_found_and_the_longer_name_comes_first():
    assert [s.name for s in NAMES.find("从跃进桥走到新海二村")] == ["新海二村", "跃进桥"]


def test_as_written_scores_above_alias_above_sound_above_nearly():
    scores = [NAMES.find(text)[0].score for text in ("跃进桥", "长征菜场", "月进桥", "长征农副市场")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(PLACES)), st.text(max_size=60))
def test_a_name_in_any_surroundings_is_found_or_lies_inside_a_longer_one(before, name, after):
    assert len(sounds_of(before)) == len(before)
    found = {s.name for s in NAMES.find(f"{before}。{name}。{after}")}
    assert any(name in longer for longer in found)
