"""`yiwang plan parse` as somebody at the terminal meets it."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from typer.testing import CliRunner

from yiwang.project.command_plan import app
from yiwang.project.refusal import Refusal

XINHAI = settings.ROOT.parent / "shared" / "data" / "plans" / "xinhai-2019.txt"
TEXT = "2031年某镇工作要点\n一、改善环境\n(1)绿化。新建绿地3.5亩,种树不少于200棵。\n"


def run(*words: object):
    return CliRunner().invoke(app, ["parse", *(str(word) for word in words)])


def test_a_plan_is_told_in_short_and_as_json_with_numbers_and_places(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert "1 章，1 条" in run(file).stdout
    (chapter,) = json.loads(run(file, "--json").stdout)["chapters"]
    (item,) = chapter["items"]
    assert [(one["value"], one["unit"], TEXT[one["start"] : one["end"]]) for one in item["targets"]] == [
        (3.5, "亩", "3.5亩"),
        (200, "棵", "不少于200棵"),
    ]


def test_a_plan_in_the_old_encoding_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    assert "新建绿地" in run(file).stdout


def test_what_is_no_plan_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("你好。", encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\0")
    for name, word in (("letter.txt", "没有找到章节"), ("picture.txt", "不是纯文本"), ("gone.txt", "没有文件")):
        answer = run(tmp_path / name)
        assert isinstance(answer.exception, Refusal)
        assert word in str(answer.exception)


@pytest.mark.skipif(not XINHAI.exists(), reason="the published plans are not beside this checkout")
def test_the_command_gives_each_hard_figure_with_its_exact_place_in_the_file() -> None:
    text = XINHAI.read_text(encoding="utf-8")
    answer = json.loads(run(XINHAI, "--json").stdout)
    items = [item for chapter in answer["chapters"] for item in chapter["items"]]
    assert all(set(item) >= {"no", "title", "sentences", "commitments", "targets"} for item in items)
    found = [(one["quote"], one["value"], one["unit"], one["comparator"]) for item in items for one in item["targets"]]
    assert found == [
        ("劣五类水体", 0, "个", "="),
        ("黑臭河道", 0, "个", "="),
        ("不少于500家", 500, "家", ">="),
        ("3.2亿元", 3.2, "亿元", ">="),
        ("69.8亩", 69.8, "亩", ">="),
        ("达到80%", 80, "%", ">="),
        ("入园入学率达到双百目标", 100, "%", "="),
        ("入园入学率达到双百目标", 100, "%", "="),
    ]
    for item in items:
        inside = item["targets"] + item["commitments"] + item["sentences"]
        assert all(text[one["start"] : one["end"]] == one["quote"] for one in inside)
        assert all(text.count(one["quote"]) == 1 for one in item["targets"])
