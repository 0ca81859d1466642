import pytest

from yiwang.kernel.problems import NotFound
from yiwang.kernel.wording import Teller, problem_text


class Speaker(Teller):
    part = "language"


@pytest.mark.parametrize(
    ("language", "listed", "joined"), [("zh-Hans", "水、气", "水。气。"), ("en", "水, 气", "水。 气。")]
)
def test_lists_and_sentences_follow_the_language(language, listed, joined):
    teller = Speaker(language)
    assert (teller.listed(["水", "气"]), teller.joined(["水。", "气。"])) == (listed, joined)


def test_a_part_says_its_own_words_and_any_refusal():
    teller, refused = Speaker("zh-Hans"), NotFound()
    assert teller.say("en") == "English"
    assert teller.fault(refused) == "".join(problem_text(refused).values())
    assert teller.refusal(refused) == {"type": "not-found", **problem_text(refused)}
    with pytest.raises(KeyError):
        teller.say("nobody-wrote-this")
