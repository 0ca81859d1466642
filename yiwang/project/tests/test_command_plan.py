"""`yiwang plan parse` as somebody at the terminal meets it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from yiwang.project.command_plan import app
from yiwang.project.refusal import Refusal

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
