"""`yiwang town check|load|administrator|reset-second-factor`: look at a town's folder, load it, give a real town its first
account, and let in who lost their telephone."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import transaction
from rich.console import Console
from rich.progress import Progress, TaskID

from yiwang.kernel import walltime
from yiwang.kernel.people import passwords, queries
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.kernel.people.steps import secondfactor
from yiwang.kernel.problems import NotFound, Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.project import town, town_plan
from yiwang.project.refusal import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The town as data: towns/<town>.",
)
Folder = Annotated[Path | None, typer.Argument(help="The town's folder; the installed one when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
console = Console(stderr=True)

FOUND = {
    "departments": "部门 departments",
    "committees": "居委 committees",
    "staff": "演示工作人员 invented staff",
    "residents": "演示居民 invented residents",
    "places": "地点 places",
    "office_hours": "办公时间 office hours, by date",
    "promises": "要点任务 promises of the plan",
    "packs": "业务包 packs",
    "case_types": "案件类别 case types",
    "registers": "台账 registers",
    "stations": "监测站点 stations",
    "topics": "MQTT 主题 topics that are listened to",
    "alarms": "报警规则 alarm rules",
    "factors": "监测因子 factors that instruments measure",
    "rules": "规则 dated rules",
    "notice_years": "有放假通知的年份 years with a notice",
    "indicators": "指标 indicators",
    "actions": "权限表中的动作 actions in the permission table",
    "texts": "用语 texts in each language",
}
"""What the check counts, as a person reads it."""


@app.command()
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Read all that a start would load: the town's folder, packs, rules, permissions, notices, texts. Tell what was found.

    Everything that is wrong is told with file and line; then the exit code is 2.
    """
    checked = town.check(folder or settings.TOWN_DIR)
    if as_json:
        faults = [{"file": fault.file, "line": fault.line, "told": town.told(fault)} for fault in checked.faults]
        typer.echo(json.dumps({"found": checked.found, "faults": faults}, ensure_ascii=False))
    for fault in () if as_json else checked.faults:
        console.print(town.told(fault), markup=False, highlight=False, soft_wrap=True)
    if checked.faults:
        raise typer.Exit(2)
    for name, count in () if as_json else checked.found.items():
        console.print(f"{FOUND[name]}: {count}", highlight=False)
    if not as_json:
        console.print("没有发现问题。 Nothing is wrong.")


@app.command()
def load(
    folder: Folder = None,
    demonstration: Annotated[bool, typer.Option(help="Load invented people too, where town.yaml allows it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load a town's folder, all or nothing. Again: only what differs. Exit code 2 when something is wrong with it."""
    bars: dict[str, TaskID] = {}
    with Progress(console=console, transient=True) as progress:

        def show(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done, total=total)

        try:
            summary = town.load(folder or settings.TOWN_DIR, demonstration=demonstration, progress=show)
        except Refusal as refusal:
            raise _refused(str(refusal)) from None
    town_dir = folder or settings.TOWN_DIR
    edited = town_plan.edited_lines(town_dir, town_plan.carry_over(town_dir)) if summary.demonstration else []
    if as_json:
        typer.echo(json.dumps(asdict(summary), ensure_ascii=False))
        return
    for what, count in (
        ("地点 places", summary.places),
        ("部门 teams", summary.teams),
        ("账号 accounts", summary.accounts),
        ("监测站点 stations", summary.stations),
    ):
        console.print(f"{what}: +{count.added}  ~{count.changed}  ={count.unchanged}", highlight=False)
    for line in edited:
        console.print(line, highlight=False)


@app.command()
def administrator(
    username: Annotated[str, typer.Argument(help="3 to 32 small letters, digits, dots or dashes.")],
    name: Annotated[str, typer.Argument(help="The person's name.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Make an account that may make all others. The password is asked for, not written on the command line."""
    call = Call(SYSTEM, walltime.now(), "command", None, "yiwang town administrator")
    try:
        with transaction.atomic():
            made = account_steps.create_account(
                username, name, password_hash=passwords.hashed(password, username), call=call
            )
            account_steps.grant_role(made.account_id, "administrator", call=call)
    except Problem as problem:
        raise _refused(town.told(problem)) from None
    console.print(f"{username}：系统管理员 Administrator", markup=False, highlight=False)


@app.command()
def reset_second_factor(
    username: Annotated[str, typer.Argument(help="Whose authenticator app is lost, and the recovery codes too.")],
    reason: Annotated[
        str, typer.Option(prompt=True, help="How you know that it is they who ask; kept in the journal.")
    ],
) -> None:
    """Let somebody log in by password again and set another app up: for when no other administrator can do it on the desk."""
    call = Call(SYSTEM, walltime.now(), "command", None, reason)
    try:
        found = next((one for one in queries.accounts(call.actor) if one.username == username), None)
        if found is None:
            raise NotFound
        secondfactor.reset_second_factor(found.account_id, call=call)
    except Problem as problem:
        raise _refused(town.told(problem)) from None
    console.print(f"{username}：已取消两步登录 two-step log-in taken away", markup=False, highlight=False)


def _refused(words: str) -> typer.Exit:
    console.print(words, style="red", markup=False, highlight=False)
    return typer.Exit(2)
