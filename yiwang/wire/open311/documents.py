"""What a GeoReport v2 server answers, as values. `FORMS` says of each how it is called and which fields it has, in their order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from yiwang.wire.open311.fields import COUNT, DEGREES, FLAG, MOMENT, TEXT, WORDS, Kind


@dataclass(frozen=True, slots=True)
class Service:
    """What can be reported. `metadata`: its definition has fields to ask for."""

    service_code: str
    service_name: str
    description: str = ""
    metadata: bool = False
    type: str = "realtime"
    keywords: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One choice of a list."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field that a service asks for beside the common ones; `variable` is false for words that are only shown."""

    code: str
    datatype: str
    description: str
    variable: bool = True
    required: bool = False
    datatype_description: str = ""
    order: int | None = None
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What one service asks for."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a new request, or a token, is answered with: a number, or a token until there is one."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is public of one request. `status` is open or closed; updated_datetime is the close of what is closed."""

    service_request_id: str
    status: str
    service_code: str
    status_notes: str = ""
    service_name: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    requested_datetime: datetime | None = None
    updated_datetime: datetime | None = None
    expected_datetime: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: Decimal | None = None
    long: Decimal | None = None
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call was refused."""

    code: str
    description: str


class Form(NamedTuple):
    """How one kind of value stands in a document."""

    cls: type
    tag: str
    """Its element in XML."""
    listed: str
    """The element around many of them in XML; JSON has a bare list. Empty for what always stands alone."""
    plain: dict[str, Kind]
    inner: dict[str, str] = {}  # noqa: RUF012  # read only: field → the name in FORMS of what the field lists
    required: tuple[str, ...] = ()


FORMS: dict[str, Form] = {
    "service": Form(
        Service,
        "service",
        "services",
        {
            "service_code": TEXT,
            "service_name": TEXT,
            "description": TEXT,
            "metadata": FLAG,
            "type": TEXT,
            "keywords": WORDS,
            "group": TEXT,
        },
        required=("service_code", "service_name"),
    ),
    "definition": Form(
        Definition,
        "service_definition",
        "",
        {"service_code": TEXT},
        {"attributes": "attribute"},
        required=("service_code",),
    ),
    "attribute": Form(
        Attribute,
        "attribute",
        "attributes",
        {
            "variable": FLAG,
            "code": TEXT,
            "datatype": TEXT,
            "required": FLAG,
            "datatype_description": TEXT,
            "order": COUNT,
            "description": TEXT,
        },
        {"values": "value"},
        required=("code", "datatype"),
    ),
    "value": Form(Value, "value", "values", {"key": TEXT, "name": TEXT}, required=("key",)),
    "receipt": Form(
        Receipt,
        "request",
        "service_requests",
        {"service_request_id": TEXT, "token": TEXT, "service_notice": TEXT, "account_id": TEXT},
    ),
    "request": Form(
        Request,
        "request",
        "service_requests",
        {
            "service_request_id": TEXT,
            "status": TEXT,
            "status_notes": TEXT,
            "service_name": TEXT,
            "service_code": TEXT,
            "description": TEXT,
            "agency_responsible": TEXT,
            "service_notice": TEXT,
            "requested_datetime": MOMENT,
            "updated_datetime": MOMENT,
            "expected_datetime": MOMENT,
            "address": TEXT,
            "address_id": TEXT,
            "zipcode": TEXT,
            "lat": DEGREES,
            "long": DEGREES,
            "media_url": TEXT,
        },
        required=("service_request_id", "status"),
    ),
    "fault": Form(Fault, "error", "errors", {"code": TEXT, "description": TEXT}, required=("code",)),
}
NAMES: dict[type, str] = {form.cls: name for name, form in FORMS.items()}


def plain_values(value: Any) -> dict[str, Any]:
    """A value's plain fields as JSON spells them, in the document's order; a receipt leaves out what it does not say."""
    form = FORMS[NAMES[type(value)]]
    said = {name: kind.write(getattr(value, name)) for name, kind in form.plain.items()}
    if form.cls is Receipt:
        return {name: spelt for name, spelt in said.items() if spelt is not None or name == "account_id"}
    return said
