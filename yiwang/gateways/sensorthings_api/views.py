"""SensorThings 1.1: one view, since what is asked stands in the path and in its options, and what is handed in in the body."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from yiwang.gateways.sensorthings_api import instruments
from yiwang.gateways.sensorthings_api.answers import TEXT, answered, opens
from yiwang.gateways.sensorthings_api.handing import Outdated, Taken, hand_in
from yiwang.gateways.sensorthings_api.instruments import DOOR, SYSTEM, Shown
from yiwang.gateways.sensorthings_api.making import make_datastream, make_thing
from yiwang.gateways.sensorthings_api.pages import Asking
from yiwang.gateways.sensorthings_api.problems import NoSuchEntity, NoSuchMethod
from yiwang.gateways.sensorthings_api.town import Town
from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.queries import StationView
from yiwang.kernel import walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.problems import LogInFirst
from yiwang.kernel.terms import Actor, Call
from yiwang.wire.sensorthings.addresses import (
    CREATE_OBSERVATIONS,
    REF,
    VALUE,
    Address,
    entity_address,
    link,
    read_address,
)
from yiwang.wire.sensorthings.arrays import Group, read_groups, write_created, write_data_array
from yiwang.wire.sensorthings.entities import (
    Entity,
    Page,
    raw_value,
    read_entity,
    value_at,
    write_entity,
    write_page,
    write_references,
    write_service,
)
from yiwang.wire.sensorthings.fields import Refused, write_json
from yiwang.wire.sensorthings.options import Options, read_options

REQUIREMENTS = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE = tuple(
    f"{REQUIREMENTS}/{one}"
    for one in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data/order",
        "request-data/expand",
        "request-data/select",
        "request-data/orderby",
        "request-data/skip",
        "request-data/top",
        "request-data/filter",
        "request-data/count",
        "request-data/pagination",
        "data-array/data-array",
    )
)
AT_LEAST = "X-Count-At-Least"
"""Says that `@iot.count` is only the least: counting every reading of a town would take minutes."""

MOST_CHANGES = 5
"""So often a call is tried again because a station has changed meanwhile."""


@opens("station.read")
def ask(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What a path below the service's root names."""
    base = request.build_absolute_uri(reverse("sensorthings:service"))
    address = _address(rest)
    if request.method == "POST":
        shown = request.shown  # type: ignore[attr-defined]
        return _handed_in(request, shown, address, base) if shown else _made(request, address, base)
    if address.form == CREATE_OBSERVATIONS:
        raise NoSuchMethod(allowed="POST")
    if not address.hops:
        return answered(write_service(base, CONFORMANCE))
    options = read_options(dict(request.GET.lists()), address.entity)
    actor, stations = _who(request)
    asking = Asking(actor, Town(stations, law.catalogue()), base, walltime.now())
    if not address.many:
        return _one(asking.one(address, options), address, base, options)
    page, at_least = asking.page(address, options)
    answer = answered(_set(page, address, base, options))
    if at_least:
        answer[AT_LEAST] = str(page.count)
    return answer


def _who(request: HttpRequest) -> tuple[Actor, Sequence[StationView]]:
    """Who asks, and the stations that are shown; an instrument sees its own, which the door itself looks up for it."""
    shown = request.shown  # type: ignore[attr-defined]
    if shown is not None:
        return SYSTEM, (queries.station(SYSTEM, shown.instrument.code),)
    actor = request.actor  # type: ignore[attr-defined]
    return actor, queries.stations(actor)


def _made(request: HttpRequest, address: Address, base: str) -> HttpResponse:
    """A station or a stream of somebody who keeps stations: `Things`, `Datastreams`, `Things('a')/Datastreams`."""
    if address.entity in ("", "Observation"):
        raise LogInFirst  # only an instrument hands in: no reading hangs on a person's session
    actor = request.actor  # type: ignore[attr-defined]
    enter(actor, "station.write")
    call = Call(actor, walltime.now(), DOOR)
    names, above = [hop.name for hop in address.hops], address.hops[0].id if address.hops else None
    if not address.many or address.form or names not in (["Things"], ["Datastreams"], ["Things", "Datastreams"]):
        raise NoSuchMethod(allowed="GET, HEAD")
    if names == ["Things"]:
        identifier = make_thing(read_entity(request.body, "Thing"), call)
    else:
        entity = read_entity(request.body, "Datastream", given="Thing" if above else "")
        identifier = str(make_datastream(entity, above or _named(entity, "Thing"), call))
    return _created(link(base, entity_address(address.entity, identifier)))


def _created(where: str) -> HttpResponse:
    answer = answered("", status=201)
    answer["Location"] = where
    return answer


def _handed_in(request: HttpRequest, shown: Shown, address: Address, base: str) -> HttpResponse:
    if address.form == CREATE_OBSERVATIONS:
        taken = _taken(request, shown, read_groups(request.body))
        return answered(write_created(base, [one if isinstance(one, str) else "" for one in taken]), status=201)
    if address.entity != "Observation" or not address.many or address.form:
        raise NoSuchMethod(allowed="GET, HEAD")
    one = getattr(request, "taken", None)  # again.py has tried
    if one is None:
        (one,) = _taken(request, shown, [_sent(request.body, address)])
    if not isinstance(one, str):
        raise one
    return _created(_link(base, one))


def _taken(request: HttpRequest, shown: Shown, groups: Sequence[Group]) -> list[Taken]:
    """Handed in by the instrument as it was known and, where a stream is new or a station has changed since, as it is now."""
    if not {one.datastream for one in groups} <= {str(one.stream_id) for one in shown.instrument.streams}:
        shown = _anew(request, shown)
    for _ in range(MOST_CHANGES):
        try:
            return hand_in(groups, shown, request.body, walltime.now())
        except Outdated:
            shown = _anew(request, shown)
    raise Outdated


def _anew(request: HttpRequest, shown: Shown) -> Shown:
    found = instruments.shown(request, walltime.now()) or shown
    request.shown = found  # type: ignore[attr-defined]
    return found


def _sent(body: bytes, address: Address) -> Group:
    """The Observation in a body, in a group of its own, for the Datastream that the address or the body names."""
    above = address.hops[-2] if len(address.hops) > 1 else None
    if above is not None and (above.name != "Datastreams" or above.id is None):
        raise NoSuchMethod(allowed="GET, HEAD")
    entity = read_entity(body, "Observation", given="Datastream" if above else "")
    if above is not None and above.id is not None:
        return Group(above.id, (entity,))
    return Group(_named(entity, "Datastream"), (entity,))


def _named(entity: Entity, way: str) -> str:
    """The identifier of the entity that a body names behind a navigation property."""
    named = entity.inside[way]
    if not isinstance(named, Entity) or named.id is None:
        raise Refused('name one that there is, as {"@iot.id": …}', way)
    return named.id


def _link(base: str, identifier: str) -> str:
    return link(base, entity_address("Observation", identifier))


def _address(rest: str) -> Address:
    try:
        return read_address(rest)
    except Refused as fault:
        raise NoSuchEntity(asked=fault.where) from None


def _set(page: Page, address: Address, base: str, options: Options) -> str:
    if address.form == REF:
        return write_references(page, base)
    if options.data_array:
        return write_data_array(page, base, options.select)
    return write_page(page, base, options)


def _one(found: Entity, address: Address, base: str, options: Options) -> HttpResponse:
    if not address.below:
        return answered(write_entity(found, base, options))
    there, value = value_at(found, address.below)
    if not there or value is None:
        return answered("", status=204)  # 18-088, 9.2.4: a property without a value
    if address.form == VALUE:
        return answered(raw_value(value), TEXT)
    return answered(write_json({address.below[-1]: value}))
