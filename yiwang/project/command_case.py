"""`yiwang case show NUMBER`: one case with its clocks and its history. `yiwang case draw MONTH`: a month's re-checks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from yiwang.cases import law, links, numbers, queries, rules
from yiwang.cases.facts import RechecksDrawn
from yiwang.cases.links import Lineage
from yiwang.cases.queries import CaseView, Happening
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.cases.steps import remarks
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import HeldRole
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call, PlaceId
from yiwang.kernel.wording import language_of, problem_text, word
from yiwang.project.refusal import Refusal

AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
English = Annotated[bool, typer.Option("--en", help="In English.")]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]}, help="Cases."
)


@app.callback()
def _group() -> None:
    """Cases."""


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The case's number; spaces, dashes and small letters do not matter.")],
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Show a case: state, clocks, history. People are named by their office. Exit code 2 when there is no such number.

    Example: yiwang case show XH20190402W0000147
    """
    language = "en" if english else "zh-Hans"
    try:
        case = queries.case(SYSTEM, number)
    except Problem as problem:
        raise _refused(problem, language) from None
    history = queries.timeline(SYSTEM, case.row.id)
    names = _names(language)
    if as_json:
        plain = _plain(case, history, names) | {"lineage": asdict(links.lineage_of(SYSTEM, case.row.id))}
        for one in _all_linked(plain["lineage"]):
            del one["title"]  # a person's words
        typer.echo(json.dumps(plain, ensure_ascii=False, default=str))
    else:
        _print(case, history, names)


@app.command()
def draw(
    month: Annotated[str, typer.Argument(help="The month in which the cases were closed, as 2019-04.")],
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Draw a month's re-checks, or show the draw that was held: seed, pool and lots, so that anyone can draw again.

    Exit code 2 for a month that is not over, or from before the journal.

    Example: yiwang case draw 2019-04
    """
    language = "en" if english else "zh-Hans"
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal(word("command.case.no-month", language).format(month=month)) from None
    try:
        remarks.draw_month(day, call=Call(SYSTEM, walltime.now(), door="command", reason=f"case draw {month}"))
    except Problem as problem:
        raise _refused(problem, language) from None
    held = queries.draw_of_month(SYSTEM, day)
    if held is None:
        raise Refusal(word("command.case.no-seed", language).format(month=month))
    if as_json:
        typer.echo(json.dumps(asdict(held), ensure_ascii=False))
    else:
        _print_draw(held, language)


def _refused(problem: Problem, language: str) -> Refusal:
    return Refusal("\n".join(problem_text(problem, language).values()))


# --- names -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """What identifiers mean, in the reader's language. Staff are named by their office, residents not at all."""

    language: str
    teams: Mapping[UUID, str]
    offices: Mapping[UUID, str]
    town_map: TownMap

    def word(self, key: str) -> str:
        return word(key, self.language)

    def team(self, team_id: UUID | None) -> str:
        return self.teams.get(team_id, "") if team_id else ""

    def type(self, code: str) -> str:
        catalogue = law.catalogue()
        return catalogue[code].name[language_of(self.language)] if code in catalogue else ""

    def place(self, place_id: UUID | None) -> str:
        row = self.town_map.place(PlaceId(place_id)) if place_id else None
        if row is None:
            return ""
        return row.name_en if self.language == "en" and row.name_en else row.name

    def who(self, actor: str) -> str:
        """The office behind the journal's actor: `staff:<id>` is a role and its department, others have words."""
        kind, _, account = actor.partition(":")
        return (self.offices.get(UUID(account), "") if account else "") or self.word(f"actor.{kind}")


def _names(language: str) -> Names:
    teams: dict[UUID, str] = {card.team_id: card.name(language) for card in people.teams(SYSTEM)}
    bare = Names(language, teams, {}, places.town_map(SYSTEM))
    offices: dict[UUID, str] = {card.account_id: _offices(card.roles, bare) for card in people.accounts(SYSTEM)}
    return replace(bare, offices=offices)


def _offices(held: Iterable[HeldRole], names: Names) -> str:
    """The roles somebody holds, each with its department or committee."""
    roles: Mapping[str, Any] = permission.roles()
    told = []
    for one in held:
        role = roles[one.role]["name"][names.language]
        ground = names.team(one.scope_id) or names.place(one.scope_id)
        told.append(names.word("command.case.office").format(role=role, ground=ground) if ground else role)
    return names.word("command.case.and").join(told)


# --- a case ----------------------------------------------------------------------------------------------------------


def _plain(case: CaseView, history: Iterable[Happening], names: Names) -> dict[str, Any]:
    """The case with identifiers and names, without what was said in private: the terminal is not the place for it."""
    row = {key: value for key, value in asdict(case.row).items() if key not in ("text", "title")}
    return {
        "case": row
        | {
            "state_words": names.word(f"case.state.{case.row.state}"),
            "type_name": names.type(case.row.type_code),
            "team_name": names.team(case.row.lead_team),
            "place_name": names.place(case.row.place_id),
            "committee_name": names.place(case.row.committee),
            "handler_office": names.who(f"staff:{case.row.handler}") if case.row.handler else "",
        },
        "parts": [
            asdict(part) | {"team_name": names.team(part.team), "state_words": names.word(f"case.part.{part.state}")}
            for part in case.snapshot.parts
        ],
        "clocks": [
            asdict(clock)
            | {
                "stage_words": names.word(f"case.clock.{clock.stage}"),
                "unit_words": names.word(f"time-unit.{clock.unit}"),
                "state_words": _clock_state(clock, names),
            }
            for clock in case.clocks
        ],
        "history": [
            {
                "entry": one.entry_id,
                "verb": one.verb,
                "words": names.word(f"verb.{one.verb}"),
                "at": one.happened_at,
                "actor": one.actor,
                "who": names.who(one.actor),
            }
            for one in history
        ],
    }


def _clock_state(clock: ClockSnapshot, names: Names) -> str:
    state = "unmet" if clock.unmet else "ran-out" if clock.ran_out else clock.state
    return names.word(f"command.clock.{state}")


def _print(case: CaseView, history: Iterable[Happening], names: Names) -> None:
    say = Console().print
    row = case.row
    say(f"{numbers.spaced(row.number)}  {names.word(f'case.state.{row.state}')}", highlight=False)
    facts = {
        "type": names.type(row.type_code),
        "team": names.team(row.lead_team),
        "handler": names.who(f"staff:{row.handler}") if row.handler else "",
        "place": " · ".join(part for part in (names.place(row.place_id), names.place(row.committee)) if part),
        "came": f"{names.word(f'case.source.{row.source}')} {_moment(row.opened_at)}",
        "review": str(row.review_on or ""),
    }
    for key, value in facts.items():
        if value:
            say(f"{names.word(f'command.case.{key}')}  {value}", highlight=False)
    for part in case.snapshot.parts:
        told = (names.team(part.team), names.word(f"case.part.{part.state}"), part.task, part.result)
        say(f"{names.word('command.case.part')}  {' · '.join(one for one in told if one)}", highlight=False)
    _print_lineage(links.lineage_of(SYSTEM, row.id), names)
    clocks = Table(*(names.word(f"command.clock.{head}") for head in ("stage", "amount", "rule", "due", "state")))
    for clock in case.clocks:
        clocks.add_row(
            names.word(f"case.clock.{clock.stage}"),
            f"{clock.amount} {names.word(f'time-unit.{clock.unit}')}",
            clock.rule,
            _moment(clock.due_at) if clock.due_at else "—",
            _clock_state(clock, names),
        )
    say(clocks)
    for one in history:
        say(f"{_moment(one.happened_at)}  {names.word(f'verb.{one.verb}')}  {names.who(one.actor)}", highlight=False)


def _all_linked(lineage: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for held in lineage.values():
        yield from held if isinstance(held, list | tuple) else (held,) if isinstance(held, dict) else ()


def _print_lineage(found: Lineage, names: Names) -> None:
    """A line for each case that this one belongs together with."""
    kin = {
        "main": (found.main,),
        "follower": found.followers,
        "split-from": (found.parent,),
        "split-off": found.children,
        "once": found.before,
    }
    for key, linked in kin.items():
        for one in linked:
            if one is not None:
                told = f"{numbers.spaced(one.number)}  {names.word(f'case.state.{one.state}')}"
                Console().print(f"{names.word(f'command.case.{key}')}  {told}", highlight=False)


def _moment(at: datetime) -> str:
    return f"{walltime.in_town(at):%Y-%m-%d %H:%M}"


# --- a draw ----------------------------------------------------------------------------------------------------------


def _print_draw(held: RechecksDrawn, language: str) -> None:
    say = Console(soft_wrap=True).print
    head = word("command.case.drawn", language)
    say(head.format(**asdict(held) | {"size": len(held.pool), "count": len(held.drawn)}), highlight=False)
    for lot, number in sorted((rules.lot(held.seed, number), number) for number in held.pool):
        mark = word("verb.case.drawn", language) if number in held.drawn else ""
        say(f"{lot}  {number}  {mark}".rstrip(), highlight=False)
