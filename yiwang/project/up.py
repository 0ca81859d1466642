"""`yiwang up`: everything a town needs, started in order, kept running, and stopped in the opposite order."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http.request import validate_host
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from yiwang.project import admission, budget, environment, mqtt, postgres, processes, roles, townfile
from yiwang.project.database import APPLICATION_ROLE
from yiwang.project.environment import Folder
from yiwang.project.postgres import Cluster
from yiwang.project.refusal import Refusal
from yiwang.project.supervisor import Service, StopAsked, Supervisor, heed, ignore_signals, raise_on_signals

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FAULTY_S = 10
"""How long pages may answer with a fault before the start is given up: a fault that passes by itself is gone by then."""


STATEMENT_S = 60
"""The longest that one statement of a page may take: nobody waits for it any more, and its seat is wanted."""


@dataclass(frozen=True)
class Options:
    """Where to listen, how many processes serve pages, and whether invented people may be loaded into an empty town."""

    host: str = "127.0.0.1"
    port: int = 8000
    stream_port: int = 8001
    workers: int = 2
    demonstration: bool | None = None
    names: tuple[str, ...] = ()
    """YIWANG_HOSTS: what the pages may be asked for as, beside loopback."""
    behind_proxy: bool = False
    """YIWANG_HTTPS, YIWANG_ORIGINS or YIWANG_PROXIES is set: then others come through a proxy, under whatever name."""
    instruments: tuple[str, int] | None = None
    """Address and port for instruments that speak HJ 212; None for no such door."""
    instrument_workers: int = 1
    """Processes that share them."""
    mqtt: str = ""
    """The broker through which instruments are heard and readings told; "" for none."""

    @property
    def with_demonstration(self) -> bool:
        """Unless said otherwise, invented people with known passwords only where nobody else can reach them."""
        return self.alone if self.demonstration is None else self.demonstration

    @property
    def alone(self) -> bool:
        """Nobody else reaches the pages: we listen on loopback, and no proxy hands on what others ask for."""
        return self.host in LOOPBACK and set(self.names) <= {*LOOPBACK, "[::1]"} and not self.behind_proxy

    def about_log_ins(self) -> str:
        """What a demonstration's start says about its one-click log-ins, in Chinese and English; empty when nothing is odd."""
        if self.alone:
            return ""
        if self.with_demonstration:
            return (
                "演示登录已按要求对外开放：连得到这台机器的人，不用密码就能当管理员。"
                "Demonstration log-ins are open, as asked: whoever reaches this address can be administrator without a password."
            )
        return (
            "演示登录已关闭，因为别人也能连到这里。要开放，请加 --demonstration（或设 YIWANG_DEMONSTRATION=1）。"
            "Demonstration log-ins are closed because others can reach this address; --demonstration opens them."
        )

    def about_names(self) -> str:
        """What a start says when the pages will refuse the name or address they listen on; empty when they answer to it."""
        everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.host in LOOPBACK or (self.names and (everywhere or validate_host(host, list(self.names)))):
            return ""
        wanted = "yiwang.town.example" if everywhere else host
        return (
            f"用 {host} 打开网页会得到 400，因为 YIWANG_HOSTS 里没有它。请设 YIWANG_HOSTS={wanted}（多个用逗号分开）再启动。"
            f"Pages asked for as {host} are refused with 400: YIWANG_HOSTS does not have it. Start with YIWANG_HOSTS={wanted}."
        )


class Start:
    """One run of `yiwang up` on one data folder."""

    def __init__(self, folder: Folder, options: Options, console: Console) -> None:
        self.folder = folder
        self.options = options
        self.console = console
        self.supervisor = Supervisor(self.tell)

    def tell(self, text: str) -> None:
        """One quiet line."""
        self.console.print(f"  [yellow]·[/yellow] {text}", highlight=False, soft_wrap=True)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Prints what was done and how long it took."""
        began = time.monotonic()
        yield
        self.console.print(f"  [green]✓[/green] {what} [dim]{time.monotonic() - began:.1f} s[/dim]")

    def run(self) -> None:
        """Until StopAsked. Raises Refusal when something is in the way."""
        began = time.monotonic()
        ended = processes.end_left_overs(self.folder.path)
        if ended:
            self.tell(f"{ended} programs of an earlier start were still there and have been ended")
        self._look_at_doors()
        cluster = environment.embedded(self.folder)
        key = environment.secret_key(self.folder, cluster)
        if cluster is not None:
            with self.timed("database server is ready"):
                environment.start_database(self.supervisor, cluster, self.folder.logs / "database.log", self.tell)
        self._prepare(cluster, key)
        if cluster is None:
            self._look_at_serving_login()
        if against := self._short_of_connections(cluster):
            self.tell(against)
        worker, stream, web, *doors = services(self.folder, cluster, key, self.options)
        with self.timed("pages are served"):
            self.supervisor.start(web)
            self._wait_for_pages()
        self.supervisor.start(stream)  # now: it would have taken a processor from the first page
        self._greet(time.monotonic() - began)
        if self._summary().get("life"):  # before the timers: they live in the present, this in the past
            self._prepare(cluster, key, "--life")
        for service in (worker, *doors):
            self.supervisor.start(service)
        self.supervisor.watch()

    def _look_at_doors(self) -> None:
        """Raises Refusal when a port is taken, and a Problem when the broker or the town's topics cannot be used."""
        processes.require_free_port(self.options.host, self.options.port, "--port")
        processes.require_free_port(self.options.host, self.options.stream_port, "--stream-port")
        if self.options.instruments:
            processes.require_free_port(*self.options.instruments, "--instrument-port")
        if self.options.mqtt:
            mqtt.broker(self.options.mqtt)
            mqtt.topics(environment.town_folder())

    def _short_of_connections(self, cluster: Cluster | None) -> str:
        """What is said when the server offers fewer connections than this start may take; empty when there are enough."""
        return budget.complaint(
            self.options.workers, budget.offered(_serving_url(cluster)), self.options.instrument_workers
        )

    def _look_at_serving_login(self) -> None:
        """In an outside database: that what serves cannot become the owner, or that it can."""
        if url := os.environ.get("YIWANG_SERVE_URL"):
            roles.require_lower(url)
            return
        self.tell(
            "网页程序用各表所有者的账号登录，只是改用了受限的角色：被攻破时挡不住它改动日志。请设 YIWANG_SERVE_URL，给它单独的账号。"
            "The pages log in as the tables' owner and only step down: broken into, they could change the journal. "
            "Give them a login of their own with YIWANG_SERVE_URL."
        )

    def _prepare(self, cluster: Cluster | None, key: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "yiwang.project.prepare", *arguments]
        if self.options.with_demonstration:
            command.append("--demonstration")
        values = self._marked(environment.for_programs(self.folder, cluster, key, owner=True))
        child = processes.spawn(command, environment=values, output=None, cwd=environment.ROOT)
        try:
            while child.poll() is None:
                heed()
                time.sleep(0.05)
        except StopAsked:  # it would go on against a database that is being stopped, and fail with a long trace
            child.kill()
            child.wait()
            raise
        if child.returncode != 0:
            raise Refusal("The town could not be prepared; the reason stands above. Nothing is served.")

    def _marked(self, values: Mapping[str, str]) -> dict[str, str]:
        return {
            **values,
            processes.MARK: str(self.folder.path),
            "YIWANG_DEMONSTRATION": demonstration_word(self.options),
        }

    def _wait_for_pages(self) -> None:
        url = f"http://{self.options.host}:{self.options.port}/"
        log = self.folder.logs / "web.log"
        end, faulty = time.monotonic() + 60, False
        while (status := _status(url)) is None or status >= 500:
            self.supervisor.look()
            if status is not None and not faulty:
                end, faulty = time.monotonic() + FAULTY_S, True
            if time.monotonic() > end:
                raise Refusal(_not_served(url, status, log))
            time.sleep(0.1)

    def _summary(self) -> dict[str, Any]:
        """What the preparation found; nothing for a town without a loader."""
        path = self.folder.summary
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def _greet(self, seconds: float) -> None:
        url = f"http://{self.options.host}:{self.options.port}"
        if told := self.options.about_names():
            self.tell(told)
        demonstration = townfile.is_demonstration(environment.town_folder())
        if demonstration and (told := self.options.about_log_ins()):
            self.tell(told)
        if self.options.with_demonstration:
            self.console.print(logins(self._summary()))
        self.console.print(
            f"[bold]一网 Yiwang[/bold]  [bold cyan]{url}[/bold cyan]  [dim]ready after {seconds:.1f} s[/dim]"
        )
        self.console.print(
            f"[dim]logs in {self.folder.logs} · stop with Ctrl-C 停止[/dim]", highlight=False, soft_wrap=True
        )


NO_SECOND_STEP = (
    "演示账号（包括系统管理员）凭密码或点选就能进，不要第二步的验证码；真实账号要。\n"
    "Invented people, the administrator too, need no code of an app; real accounts do."
)
HEADINGS = {"role": "身份 Role", "name": "姓名 Name", "user": "账号 User", "password": "密码 Password"}


def logins(summary: Mapping[str, Any]) -> Table | str:
    """Who can log in as what, from the town loader's summary: rows of `logins` (role, name, user, password), all invented."""
    rows = summary.get("logins", [])
    if not rows:
        return ""
    table = Table(
        title="演示账号，人员均为虚构 Demonstration log-ins, invented people",
        caption=NO_SECOND_STEP,
        title_justify="left",
        caption_justify="left",
        box=SIMPLE,
    )
    for heading in HEADINGS.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(row[key] for key in HEADINGS))
    return table


def _serving_url(cluster: Cluster | None) -> str:
    """The login that pages have to the database."""
    if cluster is not None:
        return cluster.url(APPLICATION_ROLE)
    return os.environ.get("YIWANG_SERVE_URL") or os.environ["DATABASE_URL"]


def _status(url: str) -> int | None:
    """With which status a page is answered; None as long as nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return None


def _not_served(url: str, status: int | None, log: Path) -> str:
    said = (
        f"{url} 一直没有应答。{url} does not answer."
        if status is None
        else f"{url} 一直回答 {status}，网页打不开，所以没有启动。{url} keeps answering {status}: no page would open, so nothing is served."
    )
    return (
        f"{said}\n原因见 {log} 的末尾；改好后再启动。The reason stands at the end of {log}; mend it and start again.\n"
        f"{postgres.last_lines(log, 12)}"
    )


def demonstration_word(options: Options) -> str:
    """What every program of this start is told about invented people's log-ins, as settings.py reads it."""
    return "1" if options.with_demonstration else "0"


def services(folder: Folder, cluster: Cluster | None, key: str, options: Options) -> list[Service]:
    """What is kept running besides the database: the worker, what answers requests, and the doors for instruments that there are."""
    marked = {**os.environ, processes.MARK: str(folder.path), "YIWANG_STREAM_PORT": str(options.stream_port)}
    marked["YIWANG_DEMONSTRATION"] = demonstration_word(options)

    def service(name: str, command: list[str], pool: int, **also: str) -> Service:
        values = environment.for_programs(folder, cluster, key, owner=False, pool=pool, base=marked)
        values |= {"PGAPPNAME": f"yiwang {name}", **also}
        return Service(name, [sys.executable, *command], values, folder.logs / f"{name}.log", cwd=environment.ROOT)

    granian = [
        "-m",
        "granian",
        "--host",
        options.host,
        "--http",
        "1",
        "--no-ws",
        "--workers-kill-timeout",
        "5",
        "--respawn-failed-workers",
    ]
    granian += ["--respawn-interval", "0.5"]
    web = [*granian, "--interface", "wsgi", "--port", str(options.port), "--workers", str(options.workers)]
    web += ["--blocking-threads", str(admission.THREADS), "yiwang.project.wsgi:application"]
    stream = [*granian, "--interface", "asginl", "--port", str(options.stream_port), "--workers", "1"]
    stream += ["yiwang.project.asgi:application"]
    return [
        service("worker", ["-m", "yiwang.project.worker"], 0),
        service("stream", stream, budget.STREAM_POOL),
        service(
            "web",
            web,
            budget.WEB_POOL,
            YIWANG_DB_STATEMENT_S=str(STATEMENT_S),
            **{environment.COUNTED_IN: str(folder.emptied_counts())},
        ),
        *[
            service(name, ["-m", INSTRUMENTS], 0, PGAPPNAME="yiwang instruments", **told)
            for name, told in _instruments(options)
        ],
        *([service("mqtt", ["-m", MQTT], 0, YIWANG_MQTT=options.mqtt)] if options.mqtt else []),
    ]


INSTRUMENTS, MQTT = "yiwang.project.instruments", "yiwang.project.mqtt"


def _instruments(options: Options) -> Iterator[tuple[str, dict[str, str]]]:
    """The processes that instruments connect to, and what each is told (project/instruments.py)."""
    if options.instruments is None:
        return
    host, port = options.instruments
    told = {"YIWANG_INSTRUMENT_HOST": host, "YIWANG_INSTRUMENT_PORT": str(port)}
    told["YIWANG_INSTRUMENT_WORKERS"] = str(options.instrument_workers)
    for number in range(options.instrument_workers):
        name = f"instruments-{number}" if options.instrument_workers > 1 else "instruments"
        yield name, told | {"YIWANG_INSTRUMENT_NUMBER": str(number)}


def run(options: Options, console: Console) -> None:
    """Starts, keeps and stops the town. Raises Refusal; returns after Ctrl-C, SIGTERM or SIGHUP."""
    os.umask(0o077)
    folder = environment.data_folder()
    lock = processes.FolderLock(folder.lock)
    lock.take()
    raise_on_signals()
    start = Start(folder, options, console)
    try:
        start.run()
    finally:
        ignore_signals()
        with start.timed("stopped"):
            start.supervisor.stop_all()
            processes.end_left_overs(folder.path)  # a page worker may outlive its server by a moment on a busy machine
        lock.release()
