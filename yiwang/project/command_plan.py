"""`yiwang plan parse FILE`: what a published plan promises, each part with its exact place in the text.
`yiwang plan import FILE --year 2019`: keep it, and match it to the town's own promises.
"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import transaction

from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Actor, Call
from yiwang.kernel.wording import problem_text, word
from yiwang.plan import queries, steps
from yiwang.plan.parsing.document import REASONS, PlanDocument
from yiwang.plan.parsing.outline import parse as parse_text
from yiwang.project import town, town_plan
from yiwang.project.refusal import Refusal
from yiwang.project.town_plan import TownPlan

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
    """Read a plan's chapters, items, sentences, commitments and targets, and tell what was not read and why. Nothing is stored.

    Exit code 0 when there is a plan in the file, also where lines of it were left out (`unread` says which); 2 when there is none.

    Example: yiwang plan parse plan-2019.txt --json
    """
    document = _document_of(file)
    typer.echo(json.dumps(_plain(document), ensure_ascii=False, indent=1) if as_json else _shown(document))


@app.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="The plan as published, as text (UTF-8 or GB18030).")],
    year: Annotated[int, typer.Option(help="The year that the plan is made for, as in plan_items.yaml.")],
    document_number: Annotated[
        str, typer.Option(help="Of the paper that changed a number to reach; without one such a change is refused.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Keep a published plan with the town's promises (plan.yaml) of its year, and tell what means nothing to the other side.

    The same again changes nothing, and what a person changed on the page stays as they left it: where the file says otherwise, the
    row is named. A demonstration gets the same promises for the current year too, and its board says so.

    Example: yiwang plan import plan-2019.txt --year 2019
    """
    document = _document_of(file)
    town.refuse_faults(settings.TOWN_DIR)
    ours = town_plan.read_plan(settings.TOWN_DIR)
    if ours is None or ours.contents.year != year:
        of_year = ours.contents.year if ours else "—"
        raise Refusal(
            f"本镇的任务表不是 {year} 年的（{of_year}）。\n要点按年份和 plan.yaml、plan_items.yaml 对应。\n请核对 --year，"
            "或先改这两个文件。 The town's promises are of another year."
        )
    call = Call(SYSTEM, walltime.now(), "command", None, f"plan import {file.name}")
    try:
        with transaction.atomic():
            promised = steps.promise_year(
                year, ours.contents, ours.promises, document_number=document_number, call=call
            )
            kept = steps.keep_document(
                year,
                document,
                text=_text_of(file),
                filename=file.name,
                sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
                call=call,
            )
    except Problem as problem:
        raise Refusal(" ".join(problem_text(problem).values())) from None
    carried = town_plan.carry_over(settings.TOWN_DIR) if settings.DEMONSTRATION else None
    told = _told(call.actor, year, ours, changed=bool(promised or kept), carried=carried)
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _told_in_words(told))


def _told(actor: Actor, year: int, ours: TownPlan, *, changed: bool, carried: int | None) -> dict[str, Any]:
    left = queries.unmatched(actor, year)
    by_hand = {one: town_plan.kept_by_hand(actor, one, ours) for one in sorted({year, carried or year})}
    drafts = len(queries.drafts(actor, year))
    return {
        "year": year,
        "changed": changed,
        "promises": len(queries.promises_of(actor, year)),
        "drafts": drafts,
        "drafts_matched": drafts - len(left.drafts),
        "drafts_without_promise": [
            {"item": one.item, "quote": one.quote, "start": one.start, "end": one.end} for one in left.drafts
        ],
        "promises_without_words": [{"row": one.row, "promise": one.promise.zh} for one in left.promises],
        "carried_over_to": carried if carried != year else None,
        "kept_as_edited": [
            {"year": of_year, "row": one.row, "fields": list(one.fields)}
            for of_year, rows in by_hand.items()
            for one in rows
        ],
    }


def _told_in_words(told: dict[str, Any]) -> str:
    lines = [
        f"{told['year']} 年要点：{told['promises']} 项任务；原文里读出 {told['drafts']} 处承诺，"
        f"其中 {told['drafts_matched']} 处对上了任务。",
        "已保存。" if told["changed"] else "与已保存的一样，没有改动。",
    ]
    if told["carried_over_to"]:
        lines.append(f"演示：同样的任务也用在 {told['carried_over_to']} 年，看板上写明。")
    lines += town_plan.kept_in_words((one["year"], one["row"], one["fields"]) for one in told["kept_as_edited"])
    lines.append(f"没有对上任务的原文 words without a promise: {len(told['drafts_without_promise'])}")
    lines += [
        f"  第 {one['item']} 条 [{one['start']}–{one['end']}] {one['quote']}" for one in told["drafts_without_promise"]
    ]
    lines.append(f"没有找到原文的任务 promises without words: {len(told['promises_without_words'])}")
    lines += [f"  {one['row']} {one['promise']}" for one in told["promises_without_words"]]
    return "\n".join(lines)


def _document_of(file: Path) -> PlanDocument:
    """The plan in the file. Raises Refusal for a file that holds none."""
    document = parse_text(_text_of(file))
    if not document.chapters:
        raise Refusal(
            f"{file} 里没有找到章节。\n要点的章节以“一、”开头，条目以“（1）”或“（一）”开头。\n请核对是不是要点的正文。"
            " No chapter was found: chapters begin with 一、, items with (1) or (一)."
        )
    return document


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
    return {
        **asdict(document, dict_factory=_row),
        "metadata": dict(document.metadata),
        "counts": _counts(document),
        "unread_by_reason": dict(Counter(one.why for one in document.unread)),
    }


def _counts(document: PlanDocument) -> dict[str, int]:
    items = list(document.items())
    return {
        "chapters": len(document.chapters),
        "items": len(items),
        "sentences": sum(len(item.sentences) for item in items),
        "commitments": sum(len(item.commitments) for item in items),
        "targets": sum(len(item.targets) for item in items),
    }


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Figures as numbers: a whole one without a point."""
    return {key: _number(value) if isinstance(value, Decimal) else value for key, value in pairs}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(document: PlanDocument) -> str:
    told = [
        document.title or "（没有找到标题 no title found）",
        "{chapters} 章，{items} 条，标题以外 {sentences} 句，{commitments} 项承诺，{targets} 个指标数".format(
            **_counts(document)
        ),
    ]
    for chapter in document.chapters:
        told.append(f"{chapter.no}、{chapter.title}" if chapter.title else chapter.no)
        for item in chapter.items:
            told.append(f"  {item.no:>3} {item.title}  [{len(item.sentences)} 句 / {len(item.commitments)} 项]")
            told += [f"        {one.comparator} {one.value} {one.unit}  {one.about}" for one in item.targets]
    return "\n".join(told + _not_read(document))


def _not_read(document: PlanDocument) -> list[str]:
    """What was left out: a line for each reason, in words, and below it the lines that it concerns with their places."""
    told = []
    for why in REASONS:
        left = [one for one in document.unread if one.why == why]
        if left:
            told.append(f"没有算进来 not read ({why}) {len(left)}：{word(f'plan.unread.{why}')}")
            told += [f"  [{one.start}–{one.end}] {one.quote[:60]}" for one in left]
    return told or ["全部读进来了。 Everything was read."]
