"""WCAG 2.2: text 4.5:1 everywhere and 7:1 for what the portal shows; edges of controls 3:1. Computed from tokens.css."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static" / "yiwang"
TOKENS = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(encoding="utf-8"), flags=re.S)

# Text token → the grounds it is written on somewhere.
WRITTEN_ON = {
    "ink": ("ground", "surface", "surface-2", "action-soft", "overdue-soft", "soon-soft", "done-soft", "waiting-soft"),
    "ink-soft": ("ground", "surface", "surface-2"),
    "action": ("ground", "surface", "surface-2", "action-soft"),
    "action-strong": ("ground", "surface", "surface-2", "action-soft"),
    "on-action": ("action", "action-strong"),
    "overdue": ("ground", "surface", "overdue-soft"),
    "soon": ("ground", "surface", "soon-soft"),
    "done": ("ground", "surface", "done-soft"),
    "waiting": ("ground", "surface", "waiting-soft"),
    "danger": ("ground", "surface"),
    "on-danger": ("danger",),
}
LETTERS = ("level-1", "level-2", "level-3", "level-4", "water-1", "water-3", "water-4", "water-5", "water-6",
           "air-1", "air-2", "air-3", "air-4", "air-5", "air-6")  # fmt: skip
EDGES = {
    "line-strong": ("ground", "surface"),
    "focus": ("ground", "surface", "action-soft"),
    "mark": ("ground",),
    "river": ("ground", "surface"),
}
NOT_TEXT = {"line", "veil", "shadow"}


def block_after(selector: str, start: int = 0) -> str:
    """What stands between the braces that follow the selector."""
    opening = TOKENS.index("{", TOKENS.index(selector, start))
    depth, end = 1, opening + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(TOKENS[end], 0)
        end += 1
    return TOKENS[opening + 1 : end - 1]


def colours(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6,8});", text))


LIGHT = colours(block_after(":root {"))
DARK = colours(block_after(':root[data-scheme="dark"] {', TOKENS.index("prefers-color-scheme")))
DARK_BY_DEVICE = colours(block_after("@media (prefers-color-scheme: dark)"))
PRINTED = colours(block_after("@media print"))
SCHEMES = {"light": LIGHT, "dark": {**LIGHT, **DARK}}


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), [(text, ground) for text, on in WRITTEN_ON.items() for ground in on])
def test_text_is_readable_by_old_eyes_on_every_ground_it_is_written_on(scheme: str, text: str, ground: str) -> None:
    assert ratio(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 7


@pytest.mark.parametrize("level", LETTERS)
def test_the_letter_in_an_official_colour_is_readable(level: str) -> None:
    assert ratio(LIGHT[level], LIGHT[f"on-{level}"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), [(edge, ground) for edge, on in EDGES.items() for ground in on])
def test_edges_of_controls_and_the_focus_can_be_seen(scheme: str, edge: str, ground: str) -> None:
    assert ratio(SCHEMES[scheme][edge], SCHEMES[scheme][ground]) >= 3


def test_the_device_and_the_switch_give_the_same_dark() -> None:
    assert DARK == DARK_BY_DEVICE
    assert LIGHT.keys() - DARK.keys() == {*LETTERS, *(f"on-{level}" for level in LETTERS)}


def test_paper_is_always_light() -> None:
    assert all(LIGHT[name] == colour for name, colour in PRINTED.items())
    assert PRINTED.keys() == DARK.keys()


def test_every_colour_token_is_judged_here() -> None:
    grounds = {ground for on in (*WRITTEN_ON.values(), *EDGES.values()) for ground in on}
    judged = {*WRITTEN_ON, *grounds, *EDGES, *NOT_TEXT, *LETTERS, *(f"on-{level}" for level in LETTERS)}
    assert set(LIGHT) == judged


def test_style_sheets_use_tokens_and_no_colours_of_their_own() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8")))
            assert found == set(), sheet.name


def test_style_sheets_use_only_tokens_that_exist() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS))
    for sheet in STATIC.glob("*.css"):
        used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text(encoding="utf-8")))
        assert used <= known, sheet.name
