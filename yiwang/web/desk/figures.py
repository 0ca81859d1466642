"""Figures as the pages of the desk show them: which were asked for, and each in words with what one must know to read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.indicators import law
from yiwang.indicators.definitions import Disclosure, Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.queries import Counted, Figure
from yiwang.indicators.rules import FEW, Line, Share, Shown, months_before
from yiwang.kernel import walltime
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.web import house
from yiwang.web.desk.room import role_name, said
from yiwang.web.desk.townsfolk import Names

FORMS = ("csv", "json")
MONTHS = 12
"""How many months are shown when nobody said: this one and those before it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `day` None: as things stand now; a moment where an issued summary leads here."""

    scope: Scope
    as_of: datetime
    day: date | datetime | None

    @property
    def query(self) -> str:
        """The same as an address's query, without what is left at its default."""
        given = {
            "from": f"{self.scope.first:%Y-%m}",
            "to": f"{self.scope.last:%Y-%m}",
            "committee": self.scope.committee,
            "team": self.scope.team,
            "as_of": self.day.isoformat() if self.day else None,
        }
        return urlencode({name: str(value) for name, value in given.items() if value is not None})


def asked(request: HttpRequest, now: datetime) -> Asked:
    """The scope and the day that an address asks for; what cannot be read is left at its default."""
    today = walltime.town_day(now)
    last = _month(request.GET.get("to", "")) or today.replace(day=1)
    first = _month(request.GET.get("from", "")) or months_before(last, MONTHS - 1)
    scope = Scope(min(first, last), last, _uuid(request.GET.get("committee", "")), _uuid(request.GET.get("team", "")))
    moment = _moment(request.GET.get("as_of", ""))
    if moment is not None and moment < now:
        return Asked(scope, moment, moment)
    day = _day(request.GET.get("as_of", ""))
    if day is None or day >= today:
        return Asked(scope, now, None)
    return Asked(scope, datetime.combine(day, time.max, TOWN_ZONE), day)


def _moment(text: str) -> datetime | None:
    """A moment with its offset, to which a summary was issued; None for a mere day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _month(text: str) -> date | None:
    return _day(f"{text}-01")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    """A count, without places that say nothing."""
    return f"{value.normalize():f}" if value else "0"


def value(share: Share, *, measured: bool = False) -> dict[str, str]:
    """A share in words: the value, and what one must know beside it. `measured`: it counts no cases."""
    shown = share.shown()
    if shown is Shown.NOTHING:
        return {"text": _("无数据"), "note": "", "kind": str(shown)}
    counts = f"{plain(share.numerator)} / {share.denominator}"
    if shown is Shown.COUNTS:
        note = _("不足 %(few)s 个，只列个数") if measured else _("不足 %(few)s 件，只列件数")
        return {"text": counts, "note": note % {"few": FEW}, "kind": str(shown)}
    return {"text": f"{share.percent}%", "note": "", "kind": str(shown)}


def card(indicator: Indicator) -> dict[str, Any]:
    """What an indicator is: name, formula, version, ground, and who may read it."""
    language = house.language()
    return {
        "code": indicator.code,
        "measured": bool(indicator.counts),
        "name": indicator.name[language],
        "formula": indicator.formula[language],
        "none": indicator.none[language],
        "version": indicator.version,
        "hash": indicator.hash[:12],
        "reference": indicator.reference[language],
        "verified": indicator.verified,
        "direction": said(f"indicator.direction.{indicator.direction}"),
        "disclosure": disclosed(indicator.disclosure),
        "reason": indicator.disclosure.reason.get(language, ""),
    }


def disclosed(state: Disclosure) -> str:
    """The state of a figure in public, with the role that reviews it."""
    role = role_name(state.role) if state.role else ""
    return said(f"indicator.disclosure.{state.state}").format(role=role)


def figure(found: Figure, shown: Asked) -> dict[str, Any]:
    """One indicator with its figure and the ways to the rows behind it."""
    code = found.indicator.code
    return {
        **card(found.indicator),
        "value": value(found.share, measured=bool(found.indicator.counts)),
        "href": f"{reverse('desk:figure', args=[code])}?{shown.query}",
        "numerator": part(code, "numerator", plain(found.share.numerator), shown),
        "denominator": part(code, "denominator", str(found.share.denominator), shown),
        "files": [*files("desk:figure_cells", [code], shown), proof_file(code, shown)],
    }


def files(name: str, arguments: list[str], shown: Asked) -> list[dict[str, str]]:
    """The ways to the same as a sheet and for a program."""
    address = reverse(name, args=arguments)
    return [{"text": form.upper(), "href": f"{address}?form={form}&{shown.query}"} for form in FORMS]


def proof_file(code: str, shown: Asked) -> dict[str, str]:
    """The way to the file that says what the figure rests on, and by which it is checked."""
    return {"text": _("核验文件"), "href": f"{reverse('desk:figure_proof', args=[code])}?{shown.query}"}


def period(shown: Asked) -> str:
    """The months that the figures are of, as they stand beside them: the board's are of one year, these by default of twelve months."""
    first, last = (f"{one:%Y-%m}" for one in (shown.scope.first, shown.scope.last))
    return first if first == last else _("%(first)s 至 %(last)s") % {"first": first, "last": last}


def part(code: str, name: str, text: str, shown: Asked) -> dict[str, str]:
    """A numerator or a denominator, and the page of the cases behind it."""
    return {"text": text, "href": f"{reverse('desk:figure_rows', args=[code, name])}?{shown.query}"}


def lines(found: Iterable[Line], by: str, names: Names, code: str, shown: Asked) -> list[dict[str, Any]]:
    """The lines of a table by month, committee or department: months in their order, the others in the town's own."""
    if by == "month":
        heads = [
            (line, f"{line.key:%Y-%m}", {"from": f"{line.key:%Y-%m}", "to": f"{line.key:%Y-%m}"}) for line in found
        ]
    else:
        order = _order(by, names)
        kept = sorted(found, key=lambda line: order.get(line.key, len(order)))
        heads = [(line, _head(line.key, by, names), {by: str(line.key)} if line.key else {}) for line in kept]
    return [_line(line, head, narrowed, code, shown) for line, head, narrowed in heads]


def _order(by: str, names: Names) -> dict[UUID, int]:
    keys = [UUID(key) for key, _name in names.committees()] if by == "committee" else list(names.teams)
    return {key: place for place, key in enumerate(keys)}


def _head(key: UUID | None, by: str, names: Names) -> str:
    if key is None:
        return _("未定居委") if by == "committee" else _("未派部门")
    return names.place(key) if by == "committee" else names.team(key)


def _line(line: Line, head: str, narrowed: dict[str, str], code: str, shown: Asked) -> dict[str, Any]:
    query = urlencode({**dict(parse_qsl(shown.query)), **narrowed})
    return {
        "head": head,
        "value": value(line.share, measured=bool(law.indicator(code).counts)),
        "numerator": plain(line.share.numerator),
        "denominator": line.share.denominator,
        "href": f"{reverse('desk:figure_rows', args=[code, 'denominator'])}?{query}" if narrowed else "",
    }


def notes(counted: Iterable[Counted], part: str, names: Names) -> dict[UUID, str]:
    """What stands beside a case behind a number: a weight other than 1, or whose parts of it are meant."""
    weighed: dict[UUID, str] = {}
    assisted: dict[UUID, list[str]] = {}
    for one in counted:
        if one.part:
            assisted.setdefault(one.case_id, []).append(names.team(one.team))
        elif part == "numerator" and one.counts != 1:
            weighed[one.case_id] = _("计 %(weight)s") % {"weight": plain(one.counts)}
    return weighed | {
        case_id: _("协办：%(teams)s") % {"teams": _("、").join(teams)} for case_id, teams in assisted.items()
    }
