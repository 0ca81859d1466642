"""What a log line may say, and how the one file of faults is kept."""

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yiwang.kernel import marks
from yiwang.project import logs


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("call 13900000001 now", "call 139****0001 now"),
        ("call +86 139-0000-0001", "call 139****0001"),
        ("电话１３９０００００００１，急", "电话139****0001，急"),
        ("id 110101199001011237.", "id ******************."),
        ("id 110101199001011234, a wrong check", "id ******************, a wrong check"),
        ("案件 201904020001，已受理", "案件 201904020001，已受理"),
        (
            "null value\nDETAIL:  Failing row contains (门口有人\n王小明住三楼\n, null).\nHINT: none",
            f"null value\nDETAIL: {logs.LEFT_OUT}\nHINT: none",
        ),
        (
            "null value\nDETAIL:  Failing row contains (门口有人\n王小明住三楼).\n\nTraceback (most recent call last):\n  x",
            f"null value\nDETAIL: {logs.LEFT_OUT}\n\nTraceback (most recent call last):\n  x",
        ),
        (
            "duplicate key\nDETAIL:  Key (name)=(张三) exists.\nHINT: none",
            f"duplicate key\nDETAIL: {logs.LEFT_OUT}\nHINT: none",
        ),
        ("psycopg.E: no\nLINE 1: SELECT '张三'\n        ^", f"psycopg.E: no\nLINE 1: {logs.LEFT_OUT}\n        ^"),
        ("[type=x, input_value='张三', input_type=str]", f"[type=x, input_value={logs.LEFT_OUT}, input_type=str]"),
    ],
)
def test_a_line_keeps_its_sense_and_loses_the_person(written: str, kept: str) -> None:
    assert logs.without_values(written) == kept


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("yiwang.test", logging.ERROR, __file__, 1, text, None, None)


def test_a_trace_that_another_handler_has_written_out_is_masked_all_the_same(tmp_path: Path) -> None:
    try:
        raise ValueError("13900000001")
    except ValueError as fault:
        one = record("failed")
        one.exc_info = (ValueError, fault, fault.__traceback__)
    assert "13900000001" in logging.Formatter().format(one)
    text = logs.Masked(logs.FORMAT).format(one)
    assert "ValueError: 139****0001" in text
    assert "13900000001" not in text


def test_the_file_is_turned_over_and_only_so_many_are_kept(tmp_path: Path) -> None:
    handler = logs.FaultsFile(tmp_path / "log" / "faults.log", most_bytes=100, kept=2)
    threads = [threading.Thread(target=lambda: [handler.emit(record("x" * 60)) for _ in range(20)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["faults.lock", "faults.log", "faults.log.1", "faults.log.2"]
    assert (tmp_path / "log" / "faults.log.1").stat().st_size == 122


def test_where_there_is_no_data_folder_none_is_made(tmp_path: Path) -> None:
    logs.FaultsFile(tmp_path / "var" / "log" / "faults.log").emit(record("failed"))
    assert os.listdir(tmp_path) == []


def test_a_record_that_cannot_be_written_is_told_without_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    logs.FaultsFile(tmp_path / "log" / "faults.log").emit(record("call 张三"))
    assert capsys.readouterr().err == "a record of yiwang.test could not be written: FileExistsError\n"


DUPLICATE = "duplicate key\nDETAIL:  Key (name)=(张三) exists."


def test_as_json_a_line_is_an_object_with_its_mark_and_its_trace_and_without_the_person() -> None:
    formatter = logs.configuration(Path("unused"), as_json=True)["formatters"]["masked"]
    try:
        raise ValueError(DUPLICATE)
    except ValueError:
        fault = sys.exc_info()
    record = logging.LogRecord("yiwang.api", logging.ERROR, "x.py", 1, "call %s failed", ("13900000001",), fault)
    with marks.marked() as mark:
        told = json.loads(formatter["()"](formatter["format"]).format(record))
    assert told["mark"] == mark
    assert (told["level"], told["logger"], told["said"]) == ("ERROR", "yiwang.api", "call 139****0001 failed")
    assert datetime.fromisoformat(told["at"]).tzinfo == UTC
    assert "Traceback" in told["trace"]
    assert "张三" not in json.dumps(told, ensure_ascii=False)
