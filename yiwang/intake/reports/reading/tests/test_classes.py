"""A message finds its case type, and the reader says why and how sure it is."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import Earlier, Message, PastCase
from yiwang.intake.reports.reading.tests.small_town import NOON, TYPES, small_reader
from yiwang.intake.reports.reading.words import SENTENCES_MOST, sentences_of

READER = small_reader()

MESSAGES = [
    # what is said, the type, the department, a word that must stand in the reason
    ("菜场旁边一大堆垃圾，臭死了", "E-01-01", "sanitation", "垃圾"),
    ("我家门口的路灯不亮", "C-01-02", "utilities", "路灯"),
    ("干了半年活，老板拖欠工资不给", "H-05-01", "labour", "工资"),
    ("\t\t　　路灯　坏了\r\n\t", "C-01-02", "utilities", "路灯"),
]


@pytest.mark.parametrize(("text", "code", "department", "because"), MESSAGES)
def test_a_plain_message_finds_its_type_and_says_why(text, code, department, because):
    advice = READER.read(text, at=NOON)
    assert advice.classes[0].code == code
    assert advice.department.code == department
    assert because in advice.classes[0].reason.said("zh-Hans")
    assert because in advice.classes[0].reason.said("en")


def test_only_the_asked_kinds_are_suggested():
    advice = READER.read("垃圾堆在路灯下面", at=NOON, kinds="H")
    assert [(c.code, c.probability) for c in advice.classes] == [("H-05-01", 1.0)]


@pytest.mark.parametrize("text", ["", "　\t\n", "！！！", "αβγ"])
def test_a_message_without_readable_words_gets_no_suggestion(text):
    advice = READER.read(text, at=NOON)
    assert advice.classes == ()
    assert advice.department is None


def test_the_same_sentences_make_the_same_reader_and_others_another():
    again = small_reader()
    assert again.version == READER.version
    assert again.read("垃圾没人收", at=NOON) == READER.read("垃圾没人收", at=NOON)
    assert NgramReader(TYPES[:2]).version != READER.version


def test_past_cases_teach_words_the_packs_do_not_know():
    text = "变压器嗡嗡响得睡不着"
    before = READER.read(text, at=NOON).classes
    taught = NgramReader(TYPES, past=[PastCase("变压器嗡嗡响", "C-01-02")] * 5)
    after = {c.code: c.probability for c in taught.read(text, at=NOON).classes}
    assert after["C-01-02"] > dict((c.code, c.probability) for c in before).get("C-01-02", 0)
    assert max(after, key=after.get) == "C-01-02"


def test_past_cases_of_types_that_no_longer_exist_are_left_out():
    assert NgramReader(TYPES, past=[PastCase("旧类别的案件", "E-99-99")]).version == READER.version


def test_the_newest_past_cases_are_taken_when_there_are_too_many():
    past = [PastCase(f"第{number}件", "E-01-01") for number in range(SENTENCES_MOST + 10)]
    taken = sentences_of(TYPES, past)
    assert len(taken) == SENTENCES_MOST
    assert taken[-1].text == past[-1].text


def test_one_type_alone_cannot_be_told_apart():
    with pytest.raises(ValueError, match="two case types"):
        NgramReader(TYPES[:1])


def test_who_sent_it_is_no_input_of_a_reader():
    names = {field.name for kind in (Message, Earlier, PastCase) for field in fields(kind)}
    assert names == {"text", "at", "point", "place_id", "ref", "kind", "code"}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_and_probabilities_are_of_one_whole(text):
    advice = READER.read(text, at=NOON)
    assert all(0 < c.probability <= 1 for c in advice.classes)
    assert sum(c.probability for c in advice.classes) <= 1.01
    assert [c.probability for c in advice.classes] == sorted((c.probability for c in advice.classes), reverse=True)


def test_reading_many_gives_what_reading_one_by_one_gives():
    texts = [text for text, *_ in MESSAGES]
    many = READER.read_many([Message(text, NOON) for text in texts])
    assert many == [READER.read(text, at=NOON) for text in texts]
