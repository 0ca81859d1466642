"""What the town is made of: case types, teams, places as GeoJSON, and working days counted."""

import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Schema

from yiwang.cases import law
from yiwang.cases.classes import SUPERVISION_KIND
from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import opens
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.wording import language_of


class CaseTypeAnswer(Schema):
    """A case type (小类) with its class (大类) and the department that mostly handles it."""

    code: str
    name: str
    class_code: str
    class_name: str
    department: str
    photo: bool
    urgent: bool


class TeamAnswer(Schema):
    """A department, team or committee's office."""

    code: str
    kind: str
    name: str
    team_id: UUID
    committee_id: UUID | None


class DayOff(Schema):
    """A day that is not worked, and why: a holiday's slug, or weekend."""

    day: datetime.date
    why: str


class WorkdayAnswer(Schema):
    """The n-th working day after a day, and the days passed over. Provisional: a notice of holidays may still move it."""

    day: datetime.date
    provisional: bool
    skipped: list[DayOff]


@opens("GET", "/case-types", "type.read", list[CaseTypeAnswer])
def case_types(request: HttpRequest) -> list[CaseTypeAnswer]:
    """Every case type of the installed packs, by code."""
    code = language_of(language(request))
    return [
        CaseTypeAnswer(
            code=one.code,
            name=one.name[code],
            class_code=one.class_code,
            class_name=one.class_name[code],
            department=one.department,
            photo=one.photo,
            urgent=one.urgent,
        )
        for one in law.catalogue().types()
        if one.kind != SUPERVISION_KIND  # nobody chooses it
    ]


@opens("GET", "/teams", "team.read", list[TeamAnswer])
def teams(request: HttpRequest) -> list[TeamAnswer]:
    """Every department and committee, in the town's own order."""
    return [
        TeamAnswer(
            code=card.code,
            kind=card.kind,
            name=card.name(language(request)),
            team_id=card.team_id,
            committee_id=card.committee_id,
        )
        for card in people.teams(request.actor)  # type: ignore[attr-defined]
    ]


@opens("GET", "/places", "place.read", dict[str, Any])
def places_export(request: HttpRequest, kind: Annotated[list[Kind], Query(default_factory=list)]) -> dict[str, Any]:
    """Places valid today as a GeoJSON FeatureCollection in WGS 84, all or those of some kinds."""
    return places.export(request.actor, kind)  # type: ignore[attr-defined]


@opens("GET", "/workdays", "workday.count", WorkdayAnswer)
def workdays(
    request: HttpRequest,
    day: datetime.date,
    add: Annotated[int, Query(ge=0, le=5_000)],
) -> WorkdayAnswer:
    """The `add`-th working day after `day`, which itself does not count (R-301)."""
    found = law.calendar().add_working_days(day, add)
    return WorkdayAnswer(
        day=found.day,
        provisional=found.provisional,
        skipped=[DayOff(day=off, why=why) for off, why in found.skipped],
    )
