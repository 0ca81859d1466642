"""Everything the page of one case shows, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import numbers, rules
from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseView, Happening, RecheckView
from yiwang.cases.stages import ARROWS, ENDED, State
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.queries import AdviceView, ReportView
from yiwang.intake.reports.rules import title_of
from yiwang.intake.sensing.alarms.standing import Standing
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files import queries as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import Untold
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.terms import AccountId, Actor, Call, Where
from yiwang.web import house
from yiwang.web.desk import (
    acts,
    alarmcase,
    casetypes,
    chips,
    happenings,
    lineage,
    partacts,
    parts,
    rows,
    supervisions,
    townsfolk,
    why,
)
from yiwang.web.desk.acts import Act
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.room import may, role_name, said
from yiwang.web.desk.townsfolk import Names

PLACE_KINDS = (Kind.ESTATE, Kind.ROAD, Kind.FACILITY, Kind.SITE, Kind.RIVER, Kind.BUILDING)
MAP_KINDS = (Kind.COMMITTEE,)
REVIEW_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one actor sees it at one moment."""

    actor: Actor
    case: CaseView
    names: Names
    happened: tuple[Happening, ...]
    advice: AdviceView
    told: tuple[ReportView, ...]
    untold: tuple[Untold, ...]
    stands: Standing | None

    @property
    def last_entry(self) -> int:
        """The newest entry of the case: what the page showed when a form was opened."""
        return self.happened[-1].entry_id if self.happened else 0

    @property
    def may_read_words(self) -> bool:
        """Whether what people said in private is for this actor."""
        at = self.case.snapshot
        teams = frozenset({at.lead_team} if at.lead_team else ())
        owners = frozenset({at.reporter} if at.reporter else ())
        return permission.reach(self.actor, "report.read").covers(Where(at.committee, teams, owners))


def see(actor: Actor, number: str) -> Seen:
    """Read a case with all that belongs to it. Raises CaseUnknown."""
    case = cases.case(actor, number)
    gathered = case.row.state == State.GATHERED
    return Seen(
        actor=actor,
        case=case,
        names=townsfolk.names(actor),
        happened=cases.timeline(actor, case.row.id),
        advice=reports.advice_of(actor, case.row.id, house.language()) if gathered else reports.NO_ADVICE,
        told=reports.reports_of_case(actor, case.row.id),
        untold=reports.untold_of_case(actor, case.row.id),
        stands=alarmcase.stands(actor, case),
    )


def acts_of(seen: Seen) -> list[Act]:
    """What this actor may do with the case now."""
    arrows = tuple(arrow.name for arrow in cases.arrows_for(seen.actor, seen.case.snapshot))
    unoffered = alarmcase.unoffered(seen.case, seen.stands)
    possible = acts.possible(seen.case, arrows, untold=bool(seen.untold))
    found = [act for act in possible if act.name not in unoffered]
    return found + partacts.possible(seen.actor, seen.case, {act.key for act in found})


def content(seen: Seen, call: Call, *, form: Mapping[str, Any] | None = None, open_act: str = "") -> dict[str, Any]:
    """What the template of the case asks for. `form`: the one that lies open, if not the next act's empty one."""
    found = acts_of(seen)
    chosen = next((act for act in found if act.name == open_act), None) or acts.first_of(found)
    if form is None and chosen is not None:
        form = form_content(seen, chosen, blank_form(seen, chosen, call))
    row = seen.case.row
    kept = seen.case.clocks
    clocks = [why.shown(one, call.now, again=why.answers_again(one, kept)) for one in parts.of_case(kept)]
    return {
        "case": seen.case,
        "row": row,
        "now": call.now,
        "number": numbers.spaced(row.number),
        "line": rows.shown(row, seen.names, call.now),
        "ended": row.state in ENDED,
        "stage": said(f"case.stage.{row.stage}"),
        "type_name": casetypes.name(row.type_code) if row.type_code else "",
        "demand": said(f"case.demand.{seen.case.demand}") if seen.case.demand else "",
        "called_back": said(f"case.called_back.{seen.case.called_back}")
        if row.closed_at and seen.case.called_back
        else "",
        "where": seen.names.where(row.place_id, row.point, row.committee),
        "team": seen.names.team(row.lead_team),
        "acts": [_button(seen, act, form) for act in found if partacts.in_bar(act)],
        "parts": parts.shown(seen.case, found, seen.names, call.now),
        "lead_state": said(f"case.state.{row.state}"),
        "alarm": alarmcase.of_case(seen.actor, seen.case, seen.stands, call.now),
        "supervised": supervisions.of_case(seen.actor, seen.case, call.now),
        "form": form,
        "clocks": [clock for clock in clocks if not clock["over"]],
        "old_clocks": [clock for clock in clocks if clock["over"]],
        "events": happenings.events(seen.actor, seen.happened, seen.names, private=seen.may_read_words),
        "own_words": row.text if any(one.case_id != row.id for one in seen.told) else "",
        "told": [_report(seen, one) for one in seen.told] if seen.may_read_words else [],
        "untold": [_untold(one) for one in seen.untold] if seen.may_read_words else [],
        "may_tell": any(act.name == "contact" for act in found),
        "duplicates": chips.earlier(seen.advice.duplicates, 4, 3),
        "advice": seen.advice,
        "layers": _layers(seen),
        "places_shown": [{"text": seen.names.where(row.place_id, row.point, row.committee)}],
        "centre": [row.point.longitude, row.point.latitude] if row.point else [],
        "objections": [_objection(seen, one) for one in seen.case.objections],
        "disputed": row.state == State.DISPUTED,
        "rulers": [
            {"name": one.name, "role": role_name(one.role)} for one in cases.rulers(seen.actor, seen.case.snapshot)
        ],
        "rulings": [_ruling(seen, one) for one in seen.case.rulings],
        **_photos(seen),
        **_waiting(seen),
        **lineage.content(seen.actor, row),
    }


def _button(seen: Seen, act: Act, form: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "name": act.name,
        "text": arrow_word(seen, act.name),
        "key": act.key,
        "href": reverse("desk:act", args=[seen.case.row.number, act.name]),
        "open": form is not None and form["name"] == act.name,
        "secondary": act.arrow in acts.SECONDARY,
    }


def arrow_word(seen: Seen, name: str) -> str:
    """The arrow in words; a return after another department's return goes to the arbiter, and says so.

    A suspended case is given its next review day by the same arrow; somebody who did not get a text is told it.
    """
    if name == "return" and seen.case.snapshot.objected_teams:
        name = "dispute"
    if name == "suspend" and seen.case.row.state == State.SUSPENDED:
        name = "suspend_again"
    if name == "contact" and seen.untold:
        name = "contact_untold"
    return said(f"case.arrow.{name.partition('.')[0]}")


def _report(seen: Seen, told: ReportView) -> dict[str, Any]:
    return {
        "number": numbers.spaced(told.number),
        "channel": said(f"report.channel.{told.channel}"),
        "title": told.title,
        "text": told.text,
        "place_text": told.place_text,
        "withheld": told.withheld,
        "happened_at": told.happened_at,
        "reporter": person(seen, told.reporter),
        "on_behalf": person(seen, told.on_behalf),
        "contact": _contact(seen, told),
    }


def _untold(one: Untold) -> dict[str, Any]:
    """What somebody now tells by telephone, in the words of the text that did not arrive, and why it did not."""
    return {
        "text": said(one.key).format(**one.parameters),
        "why": said(f"untold.reason.{one.reason}"),
        "tries": one.tries,
        "at": one.given_up_at,
    }


def _contact(seen: Seen, told: ReportView) -> dict[str, Any] | None:
    """What stands in place of a telephone, or beside it: it is never shown masked, only that it is there."""
    if not told.has_contact_text:
        return None
    name = _("号码以外还写了别的，原文另存") if told.reporter else _("没有能拨打的号码，原文另存")
    may_open = cases.may_open_person(seen.actor, seen.case.snapshot)
    return {
        "id": str(told.id),
        "name": name,
        "phone": "",
        "may_unmask": may_open,
        "is_text": True,
        "nobody": told.reporter is None,
    }


def person(seen: Seen, account_id: AccountId | None) -> dict[str, Any] | None:
    """A person masked: name and phone for those who deal with people or may open them here, a masked name for others."""
    if account_id is None:
        return None
    actor, may_open = seen.actor, cases.may_open_person(seen.actor, seen.case.snapshot)
    if may_open or may(actor, "person.find"):
        known = people.person(actor, account_id)
        name, phone = known.name, known.phone
    else:
        name, phone = people.name_for(actor, account_id), ""
    return {
        "id": str(account_id),
        "name": name or _("（没有留姓名）"),
        "phone": phone,
        "may_unmask": bool(phone) and may_open,
    }


def _photos(seen: Seen) -> dict[str, Any]:
    hung = files.files_of(seen.actor, "case", seen.case.row.id)
    scene = [one.sha256 for one in hung if one.purpose == Purpose.SCENE and one.width is not None]
    proof = [one.sha256 for one in hung if one.purpose == Purpose.PROOF and one.width is not None]
    return {"scene": happenings.photos(scene), "proof": happenings.photos(proof)}


def _waiting(seen: Seen) -> dict[str, Any]:
    asked = next((one for one in seen.case.extensions if one.state == "asked"), None)
    return {
        "extension": {
            "amount": asked.amount,
            "unit": said(f"time-unit.{asked.unit}"),
            "reason": said(f"case.reason.{asked.reason_code}"),
            "explanation": asked.explanation,
            "at": asked.asked_at,
        }
        if asked
        else None,
        "recheck": _recheck(seen.case.recheck) if seen.case.recheck else None,
    }


def _recheck(drawn: RecheckView) -> dict[str, Any]:
    """The draw that took this case, with the lots of the whole pool, the smallest first: anyone can draw again."""
    draw = drawn.draw
    lots = sorted((rules.lot(draw.seed, number), number) for number in draw.pool)
    return {
        "drawn_at": drawn.drawn_at,
        "holds": drawn.holds,
        "finding": drawn.finding,
        "draw": draw,
        "size": len(draw.pool),
        "count": len(draw.drawn),
        "lots": [{"lot": lot, "number": number, "drawn": number in draw.drawn} for lot, number in lots],
    }


def _objection(seen: Seen, one: Any) -> dict[str, Any]:
    return {
        "team": seen.names.team(one.team),
        "reason": said(f"case.reason.{one.reason_code}"),
        "basis": one.legal_basis,
        "proposed": seen.names.team(one.proposed_team),
        "explanation": one.explanation,
        "at": one.at,
    }


def _ruling(seen: Seen, one: Any) -> dict[str, Any]:
    return {
        "number": one.case_number,
        "href": reverse("desk:case", args=[one.case_number]),
        "team": seen.names.team(one.team),
        "type": casetypes.name(one.type_code) if one.type_code else "",
        "question": one.question,
        "grounds": one.grounds,
        "at": one.at,
    }


def _layers(seen: Seen) -> list[dict[str, Any]]:
    row = seen.case.row
    if row.point is None:
        return []
    here = {
        "type": "Feature",
        "properties": {"text": row.title, "tone": rows.tone_of(row.state)},
        "geometry": {"type": "Point", "coordinates": [row.point.longitude, row.point.latitude]},
    }
    return [
        {"id": "committees", "text": _("居委会辖区（示意）"), "kind": "edge", "url": reverse("desk:map")},
        {"id": "case", "text": _("本案"), "kind": "cases", "data": {"type": "FeatureCollection", "features": [here]}},
    ]


# --- forms -----------------------------------------------------------------------------------------------------------


def options(seen: Seen, act: Act) -> dict[str, list[dict[str, str]]]:
    """The long lists of the forms: types, teams, places."""
    kinds = "H" if seen.case.snapshot.hotline else ""
    types = sorted(casetypes.options(), key=lambda one: one["value"][0] not in kinds)
    teams = seen.names.team_options()
    return {
        "type_code": [dict(one) for one in types],
        "team": teams,
        "proposed_team": [one for one in teams if one["value"] != str(parts.holder(seen.case, act))],
        "place": place_options(seen.names),
        **parts.options(seen.actor, seen.case, seen.names),
        "scene": _scene(seen) if act.name == "split" else [],
        "sample": alarmcase.sample_options(seen.case, seen.stands) if act.name == "show_sample" else [],
    }


def _scene(seen: Seen) -> list[dict[str, str]]:
    """The photos of the scene, of which some go along with what is split off."""
    hung = [one.sha256 for one in files.files_of(seen.actor, "case", seen.case.row.id, Purpose.SCENE)]
    shown = happenings.photos(hung)
    return [{"value": sha256, "text": one["text"], "url": one["url"]} for sha256, one in zip(hung, shown, strict=True)]


def place_options(names: Names) -> list[dict[str, str]]:
    """Every place a person would name, found by its names and pinyin initials."""
    found = [row for row in names.town_map.rows if row.kind in PLACE_KINDS]
    found.sort(key=lambda row: PLACE_KINDS.index(row.kind))
    return [
        {
            "value": str(row.place_id),
            "text": names.place(row.place_id),
            "group": said(f"place.kind.{row.kind}"),
            "find": " ".join((row.name, row.name_en, *row.aliases, casetypes.initials(row.name))).lower(),
        }
        for row in found
    ]


def blank_form(seen: Seen, act: Act, call: Call) -> ActForm:
    """The act's form with what is known already."""
    return act.form(
        initial=_initial(seen, act.name, call), options=options(seen, act), hotline=seen.case.snapshot.hotline
    )


def sent_form(seen: Seen, act: Act, given: Any) -> ActForm:
    """The act's form as it was sent. Who was asked meanwhile may stand in it: sent again it gets the first answer, by its key."""
    was, could = {"demand": seen.case.demand}, options(seen, act) | {"assists": seen.names.team_options()}
    return act.form(given, initial=was, options=could, hotline=seen.case.snapshot.hotline)


def _initial(seen: Seen, name: str, call: Call) -> dict[str, Any]:
    maker = _INITIAL.get(name)
    return maker(seen, call) if maker else {}


def _for_accept(seen: Seen, call: Call) -> dict[str, Any]:
    row, told = seen.case.row, seen.told[0] if seen.told else None
    best = seen.advice.best_type
    placed = row.place_id or (seen.advice.places[0].key if seen.advice.places and row.point is None else "")
    type_code = row.type_code or (best.key if best else "")
    return {
        "type_code": type_code,
        "demand": casetypes.demand(type_code),
        "title": title_of(told.title, told.text) if told else row.title,
        "place": placed,
        "urgent": row.urgent,
    }


def _for_dispatch(seen: Seen, call: Call) -> dict[str, Any]:
    proposed = seen.case.objections[-1].proposed_team if seen.case.row.state == State.RETURNED else None
    return {"team": proposed or seen.names.team_id(casetypes.department(seen.case.row.type_code)) or ""}


def _for_rule(seen: Seen, call: Call) -> dict[str, Any]:
    return {"question": seen.case.row.title}


def _for_close(seen: Seen, call: Call) -> dict[str, Any]:
    results = [one.fact.result for one in seen.happened if one.verb == "case.handled"]
    given = {"answer": results[-1] if results else ""}
    return given if seen.case.snapshot.reporter else {**given, "called_back": "nobody"}


def _for_correct(seen: Seen, call: Call) -> dict[str, Any]:
    row = seen.case.row
    return {"type_code": row.type_code, "demand": seen.case.demand, "place": row.place_id or ""}


def _for_suspend(seen: Seen, call: Call) -> dict[str, Any]:
    return {"review_on": walltime.town_day(call.now) + REVIEW_AFTER}


def _for_split(seen: Seen, call: Call) -> dict[str, Any]:
    return {"place": seen.case.row.place_id or "", "scene": [one["value"] for one in _scene(seen)]}


def _for_settle(seen: Seen, call: Call) -> dict[str, Any]:
    best = seen.advice.best_type
    return {"type_code": seen.case.row.type_code or (best.key if best else "")}


_INITIAL = {
    "accept": _for_accept,
    "dispatch": _for_dispatch,
    "rule": _for_rule,
    "close": _for_close,
    "correct": _for_correct,
    "suspend": _for_suspend,
    "settle": _for_settle,
    "split": _for_split,
}


def form_content(seen: Seen, act: Act, form: ActForm, **more: Any) -> dict[str, Any]:
    """What the template of a form asks for. `more`: refusal, conflict, uploaded photos."""
    row = seen.case.row
    number = row.number
    return {
        "name": act.name,
        "text": arrow_word(seen, act.name),
        "action": reverse("desk:act", args=[number, act.name]),
        "danger": act.danger,
        "version": seen.case.row.row_version,
        "seen": seen.last_entry,
        "draft": f"case-{number}-{act.name}",
        "filled": form.is_bound,
        "errors": form.errors if form.is_bound else {},
        "form": form,
        "fields": [field_content(form, name, acts.mark(act, seen.case.row.type_code, name)) for name in form.fields],
        "suggestions": chips.chips(chips.sure(seen.advice.types), 1) if act.name in ("accept", "settle") else [],
        "guesses": chips.chips(chips.guesses(seen.advice.types), 1) if act.name in ("accept", "settle") else [],
        "places": chips.chips(seen.advice.places, 7) if act.name == "accept" else [],
        "lead": chips.lead_chip(seen.advice, seen.names, "0") if act.name == "accept" else None,
        "mains": lineage.mains(seen.actor, row, house.language()) if act.name == "merge" else [],
        "precedents": _precedents(seen) if act.name in ("dispatch", "rule", "redirect") else None,
        "unmet": lineage.resting(seen.case, seen.names) if act.name == "merge" else _unmet(seen, act),
        "usual": _usual(seen) if act.name in ("dispatch", "redirect") else "",
        **more,
    }


def _unmet(seen: Seen, act: Act) -> list[str]:
    """What the act would end as not done."""
    return [
        _("还没有“%(stage)s”的记录，现在结案就按没有做到结束。联系过的，先记下来。")
        % {"stage": said(f"case.clock.{clock.stage}")}
        for clock in seen.case.clocks
        if act.name in ARROWS and clock.stage in ARROWS[act.name].unmet and clock.state == "running"
    ]


def field_content(form: ActForm, name: str, mark: str = "") -> dict[str, Any]:
    """One question of a form as its template asks for it."""
    bound = form[name]
    kind = getattr(bound.field.widget, "desk_kind", "")
    if not kind and bound.field.widget.__class__.__name__ == "CheckboxInput":
        kind = "tick"
    value = bound.value()
    return {
        "kind": kind,
        "bound": bound,
        "mark": mark,
        "error": " ".join(str(error) for error in bound.errors),
        "value": "" if value is None else str(value) if not isinstance(value, list | bool) else value,
        "options": form.options.get(name, []),
    }


def _precedents(seen: Seen) -> list[dict[str, Any]]:
    row = seen.case.row
    return [_ruling(seen, one) for one in cases.precedents(seen.actor, row.type_code, row.text)]


def _usual(seen: Seen) -> str:
    return seen.names.team(seen.names.team_id(casetypes.department(seen.case.row.type_code)))
