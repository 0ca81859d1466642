import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(WEB.glob("**/templates/**/*.html"))
SCRIPTS = sorted(WEB.glob("**/static/yiwang/**/*.js"))
CHINESE = re.compile(r"[一-鿿]")
NAMES_OF_LANGUAGES = {"简体中文"}


def told(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def without_comments(text: str) -> str:
    return re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_a_template_carries_no_inline_script_style_or_handler(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.search(r"<style|\sstyle=|javascript:", text, re.I), "use a class"
    markup = re.sub(r"{%.*?%}", "", text, flags=re.S)
    assert not re.search(r"\son[a-z]+\s*=|\shx-on", markup, re.I), "use a data attribute and an island"
    for tag in re.findall(r"<script\b[^>]*>", text, re.I):
        assert "src=" in tag, tag


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_every_chinese_sentence_can_be_translated(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    text = re.sub(r"{% verbatim %}.*?{% endverbatim %}", "", text, flags=re.S)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.S)
    text = re.sub(r"""{% translate ("[^"]*"|'[^']*').*?%}""", "", text)
    for name in NAMES_OF_LANGUAGES:
        text = text.replace(name, "")
    left = [line.strip() for line in text.splitlines() if CHINESE.search(line)]
    assert left == []


@pytest.mark.parametrize("path", SCRIPTS, ids=told)
def test_a_script_takes_its_words_from_the_page_and_makes_no_code_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not CHINESE.search(text)
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|https?://", text)
