"""The command line `yiwang`. Commands that need the town's rows are loaded only when called, so that `--help` is quick."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import django
import typer
from rich.console import Console

from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text
from yiwang.project import command_verify, environment, manage, modules, packcommands, readiness, secret, up, worker
from yiwang.project.refusal import Refusal
from yiwang.project.supervisor import StopAsked

TOWN_COMMANDS: Mapping[str, tuple[str, str]] = {
    "town": ("yiwang.project.command_town", "Load a town's folder, or only check it: yiwang town check towns/xinhai"),
    "hotline": (
        "yiwang.project.command_hotline",
        "Read messages of the 12345 desk: yiwang hotline import FILE (CSV or XLSX)",
    ),
    "plan": ("yiwang.project.command_plan", "Read a published plan: yiwang plan parse FILE --json"),
    "register": (
        "yiwang.project.command_register",
        "Look at the town's registers, sheets in and out: yiwang register list; yiwang register import river rivers.xlsx",
    ),
    "hj212": (
        "yiwang.project.command_hj212",
        "Packets of instruments of water and air: yiwang hj212 decode FILE; yiwang hj212 order MN get-time",
    ),
    "mqtt": (
        "yiwang.project.command_mqtt",
        "Messages of instruments over MQTT: yiwang mqtt read TOPIC PAYLOAD",
    ),
    "station": (
        "yiwang.project.command_station",
        "The town's instruments: yiwang station list; were readings changed: yiwang station verify",
    ),
    "workdays": ("yiwang.project.command_workdays", "Count working days: yiwang workdays add 2019-09-29 5"),
    "case": (
        "yiwang.project.command_case",
        "Look at a case: yiwang case show NUMBER; draw a month's re-checks: yiwang case draw MONTH",
    ),
    "simulate": (
        "yiwang.project.command_simulate",
        "Drive the town with plausible reports: yiwang simulate --days 30 --seed 1",
    ),
    "journal": (
        "yiwang.project.command_journal",
        "The sealed journal as a file that anybody can check: yiwang journal export FILE",
    ),
    "indicator": (
        "yiwang.project.command_indicator",
        "A figure with what it rests on: yiwang indicator export CODE FILE",
    ),
    "secret": (
        "yiwang.project.command_secret",
        "The town's secrets: yiwang secret list; a fresh key: yiwang secret rotate",
    ),
    "replay": ("yiwang.project.command_replay", "Build the tables again from the journal and compare: yiwang replay"),
    "backup": (
        "yiwang.project.command_backup",
        "Database and uploaded files into one file, while all runs: yiwang backup FILE",
    ),
    "restore": ("yiwang.project.command_restore", "A backup into an empty town: yiwang restore FILE"),
}
"""Name: module, help. Each module has `app`, a typer application; it runs with the database at hand and Django ready."""

PACK_COMMANDS = packcommands.found()
"""Commands that packs bring; they look at files and dated rules, and never at the town's rows."""

READS_FILES_ONLY: Mapping[str, frozenset[str]] = {
    "town": frozenset({"check"}),
    "plan": frozenset({"parse"}),
    "hj212": frozenset({"decode", "order", "send"}),
    "mqtt": frozenset({"read"}),
    "workdays": frozenset({"add"}),
    "secret": frozenset({"list", "rotate"}),
}
"""Subcommands that look at files and never at the town's rows: they answer without starting a database."""

MAKES_TABLES = ("town", "load")
"""The one command that may find a database without tables, and makes them."""

WITHOUT_SUBCOMMANDS = frozenset({"simulate", "replay", "backup", "restore"})
"""Commands that act as soon as they are named; the others then only tell what they can do."""

AS_OWNER = (("backup",), ("restore",), ("station", "archive"))
"""Commands that read, make or drop whole tables, and therefore run as their owner."""

console = Console(stderr=True)


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
    help="""一网 Yiwang: the software with which a town carries out its year plan.

    [bold]Examples[/bold]

    yiwang up                              start the town; Ctrl-C stops it

    yiwang up --port 8080 --host 0.0.0.0   for others; no invented people

    DATABASE_URL=postgresql://… yiwang up  with your own PostgreSQL (15 or later)

    yiwang manage shell                    Django's own commands, inside the town
    """,
)


@app.command(name="up")
def start(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the pages.")] = 8000,
    stream_port: Annotated[int, typer.Option(help="Port of live updates.")] = 8001,
    workers: Annotated[int, typer.Option(min=1, help="Processes that serve pages.")] = 2,
    instrument_port: Annotated[
        int, typer.Option(envvar="YIWANG_INSTRUMENT_PORT", help="TCP port for instruments that speak HJ 212; 0: none.")
    ] = 0,
    instrument_host: Annotated[
        str, typer.Option(envvar="YIWANG_INSTRUMENT_HOST", help="Address for instruments; left out: that of the pages.")
    ] = "",
    mqtt: Annotated[
        str,
        typer.Option(
            envvar="YIWANG_MQTT",
            help="MQTT broker of the instruments: mqtt://HOST or mqtts://USER@HOST:8883; the password in YIWANG_MQTT_PASSWORD.",
        ),
    ] = "",
    instrument_workers: Annotated[
        int,
        typer.Option(
            envvar="YIWANG_INSTRUMENT_WORKERS", min=1, help="Processes for instruments: 2 for thousands of them."
        ),
    ] = 1,
    demonstration: Annotated[
        bool | None,
        typer.Option(
            envvar="YIWANG_DEMONSTRATION",
            help="Load invented people into an empty town, and let anybody log in as one of them with one click "
            "(default: only when listening on loopback and YIWANG_HOSTS names nobody else).",
        ),
    ] = None,
) -> None:
    """Start everything: database, tables, the town on first start, pages, live updates, background work."""
    names, proxied = environment.host_names(), environment.behind_proxy()
    instruments = (instrument_host or host, instrument_port) if instrument_port else None
    options = up.Options(
        host, port, stream_port, workers, demonstration, names, proxied, instruments, instrument_workers, mqtt
    )
    up.run(options, console)


@app.command(
    name="manage", context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
)
def django_command(context: typer.Context) -> None:
    """Run one of Django's own commands with the town's environment: yiwang manage migrate, shell, dbshell …"""
    manage.run(context.args)


@app.command(name="worker")
def background_work() -> None:
    """Run only the background loops, as `up` does: for a second machine with DATABASE_URL."""
    raise typer.Exit(worker.main())


app.command(name="verify")(command_verify.verify)


def _listed_only() -> None:
    """Stands in the list of commands; `_run` calls the module itself."""


for _name, (_module, _help) in TOWN_COMMANDS.items():
    if importlib.util.find_spec(_module) is not None:
        app.command(name=_name, help=_help)(_listed_only)

for _name, _of_pack in PACK_COMMANDS.items():
    app.command(name=_name, help=_of_pack.help)(_listed_only)


def _of_the_town(arguments: list[str]) -> bool:
    """Is this one of the town's commands, and is its module in this installation?"""
    first = arguments[0] if arguments else ""
    return first in TOWN_COMMANDS and importlib.util.find_spec(TOWN_COMMANDS[first][0]) is not None


def needs_database(arguments: list[str]) -> bool:
    """Must the database run for this command line? Not for help, and not for what only reads files."""
    if not arguments or {"-h", "--help"} & set(arguments):
        return False
    if arguments[0] in ("manage", "worker"):
        return arguments[0] == "worker" or arguments[1:2] not in ([], ["help"])
    if not _of_the_town(arguments):
        return False
    if arguments[0] in WITHOUT_SUBCOMMANDS:
        return True
    subcommand = next((argument for argument in arguments[1:] if not argument.startswith("-")), None)
    if subcommand is None:
        return False
    return subcommand not in READS_FILES_ONLY.get(arguments[0], frozenset())


def _call(arguments: list[str]) -> None:
    """Run one command line. Raises Refusal for one that cannot be read, SystemExit where the command says how it ended."""
    called, before = _application(arguments)
    if called is not app:
        arguments = arguments[1:]
    try:
        ended = called(arguments, prog_name=before, standalone_mode=False)
    except UNREADABLE as unreadable:
        if unreadable.exit_code == 0 or not unreadable.format_message() or not arguments:
            unreadable.show()  # a command that was only named tells what it can do
            sys.exit(unreadable.exit_code)
        raise Refusal(_not_read(unreadable)) from None
    except typer.Abort:
        raise Refusal("没有做：中途停下了。Not done: it was broken off.") from None
    except Problem as problem:  # a pack's command lets it pass; it knows nothing of how the command line refuses
        raise Refusal("\n".join(problem_text(problem, "en" if "--en" in arguments else "zh-Hans").values())) from None
    if isinstance(ended, int) and ended:
        sys.exit(ended)


def _application(arguments: list[str]) -> tuple[typer.Typer, str]:
    """Which application a command line asks for, and what it is called. A pack's needs no Django."""
    first = arguments[0] if arguments else ""
    if first in PACK_COMMANDS:
        return importlib.import_module(PACK_COMMANDS[first].module).app, f"yiwang {first}"
    if not _of_the_town(arguments):
        return app, "yiwang"
    with modules.loaded():
        django.setup()
    return importlib.import_module(TOWN_COMMANDS[first][0]).app, f"yiwang {first}"


UNREADABLE: Any = typer.BadParameter.__base__
"""What Typer raises for a command line that it cannot read, of whatever kind."""


def _not_read(unreadable: Any) -> str:
    context = unreadable.ctx
    usage = context.get_usage().removeprefix("Usage: ") if context else "yiwang COMMAND"
    path = context.command_path if context else "yiwang"
    return (
        f"这行命令看不懂：{unreadable.format_message()}\n"
        "This command line cannot be read; the reason stands above.\n"
        f"写法 Write it like this:  {usage}\n"
        f"说明和例子 Help and examples:  {path} --help"
    )


def _run(arguments: list[str]) -> None:
    if not needs_database(arguments):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", environment.SETTINGS)
        _call(arguments)
        return
    folder = environment.data_folder()
    cluster = environment.embedded(folder)
    restoring = arguments[0] == "restore"
    key = environment.secret_key(folder, cluster, may_make=not restoring)
    owner = runs_as_owner(arguments)
    with environment.database_at_hand(folder, cluster, lambda text: console.print(f"  · {text}")):
        if tuple(arguments[:2]) == MAKES_TABLES:
            environment.make_tables(environment.for_programs(folder, cluster, key, owner=True))
        os.environ.update(environment.for_programs(folder, cluster, key, owner=owner))
        if arguments[0] == "simulate":  # its people log in inside this process, where nobody else can reach
            os.environ["YIWANG_DEMONSTRATION"] = "1"
        with modules.loaded():
            django.setup()
        if not restoring:  # there is nothing yet; it compares the key with the backup's
            _look_first(arguments[0])
        _call(arguments)


def runs_as_owner(arguments: list[str]) -> bool:
    """Whether a command runs as the tables' owner."""
    named = any(tuple(arguments[: len(one)]) == one for one in AS_OWNER)
    return named or (arguments[0] == "manage" and bool(manage.AS_OWNER & set(arguments[1:2])))


def _look_first(command: str) -> None:
    """Raises Refusal when there are no tables, old ones, or some that another key has sealed."""
    with readiness.no_tables_told():
        if command != "manage":  # that is where one makes and looks at tables by hand
            readiness.refuse_unready()
        secret.require_right()


def main() -> None:
    """The entry point of the `yiwang` script. Exit codes: 0 done or stopped as asked, 1 a fault, 2 refused."""
    try:
        _run(sys.argv[1:])
    except Refusal as refusal:
        console.print(str(refusal), style="red", markup=False, highlight=False)
        sys.exit(refusal.exit_code)
    except StopAsked:
        sys.exit(0)


if __name__ == "__main__":
    main()
