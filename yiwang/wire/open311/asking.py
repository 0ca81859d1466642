"""What a GeoReport v2 client asks: a new request (a form), and a search among the requests (a query).

Source: GeoReport v2, "POST Service Request" and "GET Service Requests": an argument that is empty is one that was not sent;
several values are separated by commas or sent several times; a span of at most 90 days, and the last 90 days when none is
said. `page`, `page_size`, `updated_after` and `updated_before` are what servers in use have added; `updated_since` is another
name for `updated_after`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from yiwang.wire.open311.documents import Attribute
from yiwang.wire.open311.fields import Refused, coordinate, count, moment

Value = TypeVar("Value")
Arguments = Mapping[str, Sequence[str]]
LONGEST_DESCRIPTION = 4_000
LONGEST_SPAN = timedelta(days=90)
MOST_IDS = 200
PAGE, LARGEST_PAGE = 50, 200
STATUSES = ("open", "closed")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](\[[^\[\]]*\])?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A new request as its client sent it. A point is WGS 84; `attributes` are code → the values that were sent."""

    service_code: str
    description: str
    point: tuple[Decimal, Decimal] | None
    """Longitude, latitude."""
    address_string: str
    address_id: str
    attributes: dict[str, tuple[str, ...]]
    first_name: str
    last_name: str
    phone: str
    email: str
    media_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Which requests a client asks for. With `numbers` nothing else counts (GeoReport v2)."""

    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = STATUSES
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    page: int = 1
    page_size: int = PAGE


def read_new(form: Arguments) -> Asked:
    """A new request from the form's arguments. Raises Refused naming the argument."""
    service_code = _one(form, "service_code")
    if not service_code:
        raise Refused("is missing: take one from GET services", "service_code")
    description = _one(form, "description")
    if len(description) > LONGEST_DESCRIPTION:
        raise Refused(f"has {len(description)} characters; at most {LONGEST_DESCRIPTION} are taken", "description")
    point, address, address_id = _point(form), _one(form, "address_string"), _one(form, "address_id")
    if point is None and not address and not address_id:
        raise Refused("is missing: send lat and long, address_string, or address_id", "location")
    return Asked(
        service_code,
        description,
        point,
        address,
        address_id,
        _attributes(form),
        first_name=_one(form, "first_name"),
        last_name=_one(form, "last_name"),
        phone=_one(form, "phone"),
        email=_one(form, "email"),
        media_urls=tuple(
            url for name in ("media_url", "media_url[]") for one in form.get(name, ()) if (url := one.strip())
        ),
    )


def check_attributes(given: Mapping[str, Sequence[str]], asked: Sequence[Attribute]) -> None:
    """Compare what was sent with a service's definition. Raises Refused naming the attribute: unknown, missing, or no such choice."""
    known = {one.code: one for one in asked if one.variable}
    for code, values in given.items():
        if code not in known:
            raise Refused("the service has no such attribute", f"attribute[{code[:40]}]")
        _allowed(known[code], values)
    for code, one in known.items():
        if one.required and not any(given.get(code, ())):
            raise Refused("is missing", f"attribute[{code}]")


def _allowed(attribute: Attribute, values: Sequence[str]) -> None:
    where = f"attribute[{attribute.code}]"
    if len(values) > 1 and attribute.datatype != "multivaluelist":
        raise Refused("takes one value", where)
    keys = {value.key for value in attribute.values}
    if attribute.datatype in ("singlevaluelist", "multivaluelist"):
        for value in values:
            if value and value not in keys:
                raise Refused(f"has no choice {value[:40]!r}", where)


def read_search(query: Arguments, *, now: datetime) -> Search:
    """A search from the query's arguments; `now` ends the last 90 days. Raises Refused naming the argument."""
    if numbers := _many(query, "service_request_id"):
        if len(numbers) > MOST_IDS:
            raise Refused(f"{len(numbers)} numbers; at most {MOST_IDS} at a time", "service_request_id")
        return Search(numbers=numbers, page_size=MOST_IDS)
    statuses = _many(query, "status") or STATUSES
    for status in statuses:
        if status not in STATUSES:
            raise Refused(f"{status[:40]!r} is neither open nor closed", "status")
    start, end = _span(_moment(query, "start_date"), _moment(query, "end_date"), now)
    return Search(
        service_codes=_many(query, "service_code"),
        statuses=statuses,
        start=start,
        end=end,
        updated_after=_moment(query, "updated_after") or _moment(query, "updated_since"),
        updated_before=_moment(query, "updated_before"),
        page=_whole(query, "page", 1, 1_000_000),
        page_size=_whole(query, "page_size", PAGE, LARGEST_PAGE),
    )


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    try:
        end = end or (min(start + LONGEST_SPAN, now) if start else now)
        start = start or end - LONGEST_SPAN
    except OverflowError:
        raise Refused("is out of reach", "start_date") from None
    if end < start:
        raise Refused("lies before start_date", "end_date")
    if end - start > LONGEST_SPAN:
        raise Refused(f"the span is {(end - start).days} days; at most {LONGEST_SPAN.days}", "start_date")
    return start, end


def _point(form: Arguments) -> tuple[Decimal, Decimal] | None:
    lat, long = (_read(coordinate, _one(form, name), name) for name in ("lat", "long"))
    if (lat is None) != (long is None):
        raise Refused("lat and long are sent together", "lat" if lat is None else "long")
    if lat is None or long is None:
        return None
    for name, value, most in (("lat", lat, 90), ("long", long, 180)):
        if abs(value) > most:
            raise Refused(f"is not between -{most} and {most} degrees", name)
    return long, lat


def _attributes(form: Arguments) -> dict[str, tuple[str, ...]]:
    """`attribute[code]=value`; several values as `attribute[code][]=value` or sent several times."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in form.items():
        if match := _ATTRIBUTE.fullmatch(name):
            kept = tuple(value.strip() for value in values if value.strip())
            found[match[1]] = found.get(match[1], ()) + kept
    return found


def _one(arguments: Arguments, name: str) -> str:
    values = arguments.get(name, ())
    return values[-1].strip() if values else ""


def _many(arguments: Arguments, name: str) -> tuple[str, ...]:
    words = (word.strip() for value in arguments.get(name, ()) for word in value.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _moment(arguments: Arguments, name: str) -> datetime | None:
    return _read(moment, _one(arguments, name), name)


def _whole(arguments: Arguments, name: str, otherwise: int, most: int) -> int:
    found = _read(count, _one(arguments, name), name)
    if found is None:
        return otherwise
    if not 1 <= found <= most:
        raise Refused(f"must be from 1 to {most}", name)
    return int(found)


def _read(read: Callable[[str], Value], text: str, name: str) -> Value | None:
    """What the text says, None when it says nothing; a refusal names the argument."""
    try:
        return read(text) if text else None
    except Refused as fault:
        raise Refused(fault.reason, name) from None
