"""Pages: nothing inline, so that the content security policy can forbid it; and nothing fetched from elsewhere."""

import re
from typing import Any

import pytest

STYLE = re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I)
SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.I)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on[:\w-]*\s*=", re.I)
ELSEWHERE = re.compile(r"<(?!a\b)[a-z-]+\b[^>]*\s(?:src|href|action|data-[a-z-]+)\s*=\s*[\"'](?:https?:)?//", re.I)
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+off")
DATA_ISLAND = re.compile(r"<script\b[^>]*type=[\"']application/(?:ld\+)?json[\"']", re.I)


def lines_with(tree: Any, pattern: re.Pattern[str], *but: re.Pattern[str]) -> list[str]:
    found = []
    for path in tree.files(".html", ".svg", under="yiwang"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line) and not any(each.search(line) for each in but):
                found.append(f"{tree.name(path)}:{number} {line.strip()[:80]}")
    return found


def inline_styles(tree: Any) -> list[str]:
    """Looks stand in tokens and classes, once."""
    return lines_with(tree, STYLE)


def inline_scripts(tree: Any) -> list[str]:
    """Behaviour stands in files with a hash; a page works without it."""
    return lines_with(tree, SCRIPT, DATA_ISLAND) + lines_with(tree, HANDLER)


def things_from_elsewhere(tree: Any) -> list[str]:
    """No CDN: the town hall may have no Internet, and nobody outside learns who reads what. Links in text are for people."""
    return lines_with(tree, ELSEWHERE)


def unescaped(tree: Any) -> list[str]:
    """What people typed is never put into a page as markup."""
    return lines_with(tree, UNSAFE)


PLANTED = [
    (inline_styles, '<p style="color: red">'),
    (inline_styles, "<style>p {}</style>"),
    (inline_scripts, "<script>alert(1)</script>"),
    (inline_scripts, '<a href="#" onclick="go()">'),
    (inline_scripts, '<a href="javascript:go()">'),
    (things_from_elsewhere, '<script src="https://cdn.example/x.js"></script>'),
    (things_from_elsewhere, '<img src="//cdn.example/x.png">'),
    (unescaped, "{{ report.text|safe }}"),
]
SOUND = (
    '<script src="/static/x.js" defer></script><p class="style">on time = "soon"</p>'
    '<script type="application/json" id="x">{}</script><a href="https://www.example">x</a>'
)


@pytest.mark.parametrize("check", list(dict.fromkeys(check for check, _ in PLANTED)))
def test_pages_carry_nothing_inline_and_nothing_foreign(check: Any, tree: Any) -> None:
    faults = check(tree)
    assert not faults, "\n".join([check.__doc__, *faults])


@pytest.mark.parametrize(("check", "line"), PLANTED)
def test_a_planted_fault_is_found(check: Any, line: str, made: Any) -> None:
    assert len(check(made({"yiwang/web/templates/page.html": line}))) == 1


def test_a_sound_page_has_no_fault(made: Any) -> None:
    sound = made({"yiwang/web/templates/page.html": SOUND})
    assert [check(sound) for check in (inline_styles, inline_scripts, things_from_elsewhere, unescaped)] == [
        [],
        [],
        [],
        [],
    ]
