"""`yiwang plan parse FILE`: what a published plan promises, each part with its exact place in the text."""

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from yiwang.plan.parsing.document import PlanDocument
from yiwang.plan.parsing.outline import parse as parse_text
from yiwang.project.refusal import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The town's published plan.",
)
MOST_BYTES = 4 * 1024 * 1024


@app.callback()
def _group() -> None:
    """The town's published plan."""


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="The plan as published, as text (UTF-8 or GB18030).")],
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for a machine to read.")] = False,
) -> None:
    """Read a plan's chapters, items, sentences, commitments and targets. Nothing is stored. Exit code 2 when it cannot be read.

    Example: yiwang plan parse plan-2019.txt --json
    """
    document = parse_text(_text_of(file))
    if not document.chapters:
        raise Refusal(
            f"{file} 里没有找到章节。\n要点的章节以“一、”开头，条目以“（1）”或“（一）”开头。\n请核对是不是要点的正文。"
            " No chapter was found: chapters begin with 一、, items with (1) or (一)."
        )
    typer.echo(json.dumps(_plain(document), ensure_ascii=False, indent=1) if as_json else _shown(document))


def _text_of(file: Path) -> str:
    """The text of the file. Raises Refusal for a file that is missing, too large or not text."""
    if not file.is_file():
        raise Refusal(f"没有文件 {file}。\n路径可能有误，或者它是文件夹。\n请核对路径后再试。 There is no such file.")
    content = file.read_bytes()
    if len(content) > MOST_BYTES or b"\0" in content:
        raise Refusal(
            f"{file} 不是纯文本，或超过 4 MB。\n请把正文另存为 .txt 再试。 This is not a plain text of at most 4 MB."
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(f"{file} 的编码认不出。\n请另存为 UTF-8 再试。 Save it as UTF-8 and try again.")


def _plain(document: PlanDocument) -> dict[str, Any]:
    return {**asdict(document, dict_factory=_row), "metadata": dict(document.metadata)}


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Figures as numbers: a whole one without a point."""
    return {key: _number(value) if isinstance(value, Decimal) else value for key, value in pairs}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(document: PlanDocument) -> str:
    items = list(document.items())
    told = [
        document.title,
        f"{len(document.chapters)} 章，{len(items)} 条，标题以外 {sum(len(item.sentences) for item in items)} 句，"
        f"{sum(len(item.commitments) for item in items)} 项承诺，{sum(len(item.targets) for item in items)} 个指标数",
    ]
    for chapter in document.chapters:
        told.append(f"{chapter.no}、{chapter.title}" if chapter.title else chapter.no)
        for item in chapter.items:
            told.append(f"  {item.no:>3} {item.title}  [{len(item.sentences)} 句 / {len(item.commitments)} 项]")
            told += [f"        {one.comparator} {one.value} {one.unit}  {one.about}" for one in item.targets]
    told += [f"未读入 {one.why}: {one.quote[:60]}" for one in document.unread]
    return "\n".join(told)
