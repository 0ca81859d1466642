"""GeoReport v2 documents there and back, the twelve published samples, and what is refused with place and reason."""

import os
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.wire.open311.documents import FORMS, Attribute, Definition, Fault, Receipt, Request, Service, Value
from yiwang.wire.open311.fields import Refused
from yiwang.wire.open311.reading import read_list, read_one
from yiwang.wire.open311.writing import write_list, write_one

SHARED = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"))
SAMPLES = SHARED / "open311" / "spec_samples"
KINDS = {1: "service", 3: "definition", 5: "receipt", 7: "receipt", 9: "request", 11: "request"}
INVALID = {2: "line 3, column 21", 10: "line 7, column 21", 12: "line 7, column 21"}
"""The samples that are no JSON as published: a number that begins with 0."""

TOLD = Request(
    "XH-1",
    "closed",
    "E-01-01",
    status_notes="已清运",
    description="菜场 <门口> & 垃圾",
    requested_datetime=datetime(2026, 11, 20, 15, 0, tzinfo=timezone(timedelta(hours=8))),
    lat=Decimal("31.62"),
    long=Decimal("121.4"),
)


def sample(number: int) -> tuple[bytes, str, str]:
    """A published sample, what it is, and its spelling."""
    spelling = "xml" if number % 2 else "json"
    path = SAMPLES / f"{number:02}.{spelling}"
    if not path.exists():
        pytest.skip(f"the published samples are not at {SAMPLES}")
    return path.read_bytes(), KINDS[number - (1 - number % 2)], spelling


def read(content: bytes, kind: str, spelling: str):
    return (read_one if kind == "definition" else read_list)(content, kind, spelling)


@pytest.mark.parametrize("number", sorted(set(range(1, 13)) - set(INVALID)))
def test_a_published_sample_is_read_and_means_the_same_when_we_write_it(number):
    content, kind, spelling = sample(number)
    found = read(content, kind, spelling)
    for again in ("xml", "json"):
        written = write_one(found, again) if kind == "definition" else write_list(found, kind, again)
        assert read(written, kind, again) == found


@pytest.mark.parametrize("number", INVALID)
def test_a_published_sample_that_is_no_json_is_refused_with_place_and_reason(number):
    with pytest.raises(Refused, match="not JSON: Expecting ',' delimiter") as refusal:
        read(*sample(number))
    assert refusal.value.where == INVALID[number]


@pytest.mark.parametrize(("number", "expected"), [(3, "WHISHETN"), (4, "WHISHETN")])
def test_both_spellings_of_the_published_definition_say_the_same(number, expected):
    (attribute,) = read(*sample(number)).attributes
    assert (attribute.code, attribute.variable, attribute.required, attribute.order) == (expected, True, True, 1)
    assert attribute.values == (Value("123", "Ford"), Value("124", "Chrysler"))


def test_the_published_requests_have_their_moments_and_places():
    closed, opened = read(*sample(9))
    assert (closed.status, opened.status) == ("closed", "open")
    assert closed.requested_datetime.utcoffset() == timedelta(hours=-8)
    assert (closed.lat, closed.long) == (Decimal("37.762221815"), Decimal("-122.4651145"))


@pytest.mark.parametrize("spelling", ["xml", "json"])
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("service", (Service("E-01-01", "暴露垃圾", metadata=True, keywords=("垃圾", "market"), group="市容"),)),
        ("receipt", (Receipt("XH-1", service_notice="两个工作日内回复"), Receipt(token="t1"))),
        ("request", (TOLD, Request("XH-2", "open", "E-01-02"))),
        ("fault", (Fault("404", "no such service"),)),
        ("service", ()),
    ],
)
def test_what_was_written_is_read_again(kind, values, spelling):
    assert read_list(write_list(values, kind, spelling), kind, spelling) == values


def test_a_definition_without_fields_and_one_with_choices_are_read_again():
    for one in (
        Definition("A"),
        Definition(
            "A", (Attribute("kind", "singlevaluelist", "种类", required=True, order=1, values=(Value("1", "纸"),)),)
        ),
    ):
        assert read_one(write_one(one, "xml"), "definition", "xml") == one
        assert read_one(write_one(one, "json"), "definition", "json") == one


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
moments = st.none() | st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
degrees = st.none() | st.decimals(-180, 180, places=6).map(lambda d: Decimal(repr(float(d))))


@given(
    st.lists(
        st.builds(
            Request,
            service_request_id=texts.filter(bool),
            status=st.sampled_from(["open", "closed"]),
            service_code=texts.filter(bool),
            description=texts,
            address=texts,
            requested_datetime=moments,
            lat=degrees,
            long=degrees,
        ).filter(lambda one: not {"\ufffe", "\uffff"} & set(f"{one}")),
        max_size=3,
    ),
    st.sampled_from(["xml", "json"]),
)
def test_any_requests_are_read_as_they_were_written(requests, spelling):
    assert read_list(write_list(requests, "request", spelling), "request", spelling) == tuple(requests)


@given(st.binary(max_size=60), st.sampled_from(["xml", "json"]), st.sampled_from(sorted(FORMS)))
def test_any_bytes_are_read_or_refused_and_nothing_else(content, spelling, kind):
    try:
        found = read_list(content, kind, spelling)
    except Refused:
        return
    assert isinstance(found, tuple)


@pytest.mark.parametrize(
    ("content", "spelling", "reason"),
    [
        (b"\xff\xfe", "json", "byte 0: not UTF-8"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><service_requests/>', "xml", "a document type declaration is not taken"),
        (b"<services/>", "xml", "the element is 'services' and not 'service_requests'"),
        (b"<service_requests><a/></service_requests>", "xml", "the element is 'a' and not 'request'"),
        (b"<service_requests>", "xml", "line 1, column 19: not XML: no element found"),
        (b"{}", "json", "service_requests: a list is expected"),
        (b"[1]", "json", "request 1: an object is expected"),
        (b"[" * 100_000, "json", "nested too deeply"),
        (b'[{"service_request_id": NaN}]', "json", "NaN is no number in JSON"),
        (b'[{"service_request_id": {}}]', "json", "request 1, service_request_id: a plain value is expected, not dict"),
        (b'[{"status": "open", "service_code": "1"}]', "json", "request 1, service_request_id: is missing"),
        (
            b'[{"service_request_id": 1, "status": "open", "service_code": "1", "lat": "north"}]',
            "json",
            "request 1, lat: 'north' is no number of degrees",
        ),
        (
            b'[{"service_request_id": 1, "status": "open", "service_code": "1", "requested_datetime": "2010-01-01T00:00:00"}]',
            "json",
            "request 1, requested_datetime: '2010-01-01T00:00:00' says no offset from UTC, such as Z or +08:00",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(content, spelling, reason):
    with pytest.raises(Refused) as refusal:
        read_list(content, "request", spelling)
    assert str(refusal.value) == reason


def test_a_pasted_control_character_breaks_no_document():
    (found,) = read_list(
        write_list([Request("1", "open", "2", description="a\x00\x0bb")], "request", "xml"), "request", "xml"
    )
    assert found.description == "ab"
