"""What clients ask: each line a form or a query, and what it means or why it is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from yiwang.wire.open311.asking import Search, check_attributes, read_new, read_search
from yiwang.wire.open311.documents import Attribute, Value
from yiwang.wire.open311.fields import Refused

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
PLACE = {"lat": ["31.62"], "long": ["121.40"]}
FORM = {"service_code": ["E-01-01"], "description": ["垃圾"], **PLACE}
KIND = Attribute("kind", "singlevaluelist", "种类", required=True, values=(Value("1", "纸"), Value("2", "瓶")))
WORDS = Attribute("words", "string", "说明")
SHOWN = Attribute("shown", "string", "只给人看", variable=False)


def test_a_form_is_read_with_its_point_and_its_attributes():
    asked = read_new(
        {**FORM, "attribute[kind]": ["1"], "attribute[also][]": ["a", "b"], "phone": [" 13900000001 "], "email": [""]}
    )
    assert asked.point == (Decimal("121.40"), Decimal("31.62"))
    assert asked.attributes == {"kind": ("1",), "also": ("a", "b")}
    assert (asked.phone, asked.email, asked.media_urls) == ("13900000001", "", ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"service_code": [" "]}, "service_code: is missing: take one from GET services"),
        ({"lat": [], "long": []}, "location: is missing: send lat and long, address_string, or address_id"),
        ({"lat": [""]}, "lat: lat and long are sent together"),
        ({"long": ["181"]}, "long: is not between -180 and 180 degrees"),
        ({"lat": ["NaN"]}, "lat: 'NaN' is no number of degrees"),
        ({"lat": ["9" * 1000]}, f"lat: '{'9' * 40}' is no number of degrees"),
        ({"description": ["长" * 4001]}, "description: has 4001 characters; at most 4000 are taken"),
    ],
)
def test_a_form_that_cannot_be_taken_names_the_argument(change, reason):
    with pytest.raises(Refused) as refusal:
        read_new({**FORM, **change})
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": ("1",)}, None),
        ({"kind": ("2",), "words": ("任何话",)}, None),
        ({}, "attribute[kind]: is missing"),
        ({"kind": ("",)}, "attribute[kind]: is missing"),
        ({"kind": ("3",)}, "attribute[kind]: has no choice '3'"),
        ({"kind": ("1", "2")}, "attribute[kind]: takes one value"),
        ({"kind": ("1",), "shown": ("x",)}, "attribute[shown]: the service has no such attribute"),
    ],
)
def test_attributes_are_compared_with_the_definition(given, reason):
    if reason is None:
        check_attributes(given, (KIND, WORDS, SHOWN))
        return
    with pytest.raises(Refused) as refusal:
        check_attributes(given, (KIND, WORDS, SHOWN))
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Search(start=NOW - timedelta(days=90), end=NOW)),
        ({"status": [""], "page": [""]}, Search(start=NOW - timedelta(days=90), end=NOW)),
        ({"service_request_id": ["1, 2", "2"], "status": ["nonsense"]}, Search(numbers=("1", "2"), page_size=200)),
        (
            {
                "start_date": ["2026-10-01T00:00:00Z"],
                "status": ["open"],
                "service_code": ["A,B"],
                "page": ["2"],
                "page_size": ["10"],
            },
            Search((), ("A", "B"), ("open",), datetime(2026, 10, 1, tzinfo=UTC), NOW, page=2, page_size=10),
        ),
        (
            {"end_date": ["2026-10-01T08:00:00+08:00"], "updated_since": ["2026-09-01T00:00:00Z"]},
            Search(
                start=datetime(2026, 7, 3, tzinfo=UTC),
                end=datetime(2026, 10, 1, tzinfo=UTC),
                updated_after=datetime(2026, 9, 1, tzinfo=UTC),
            ),
        ),
    ],
)
def test_a_search_is_read(query, expected):
    assert read_search(query, now=NOW) == expected


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"status": ["open,half"]}, "status: 'half' is neither open nor closed"),
        ({"start_date": ["2026-10-01"]}, "start_date: '2026-10-01' says no offset from UTC, such as Z or +08:00"),
        ({"start_date": ["yesterday"]}, "start_date: 'yesterday' is no moment such as 2010-01-01T00:00:00Z"),
        ({"end_date": ["0001-01-02T00:00:00Z"]}, "start_date: is out of reach"),
        (
            {"start_date": ["2026-01-01T00:00:00Z"], "end_date": ["2026-06-01T00:00:00Z"]},
            "start_date: the span is 151 days; at most 90",
        ),
        (
            {"start_date": ["2026-10-02T00:00:00Z"], "end_date": ["2026-10-01T00:00:00Z"]},
            "end_date: lies before start_date",
        ),
        ({"page": ["0"]}, "page: must be from 1 to 1000000"),
        ({"page_size": ["-1"]}, "page_size: '-1' is no whole number"),
        ({"page_size": ["1000"]}, "page_size: must be from 1 to 200"),
        (
            {"service_request_id": [",".join(map(str, range(201)))]},
            "service_request_id: 201 numbers; at most 200 at a time",
        ),
    ],
)
def test_a_search_that_cannot_be_taken_names_the_argument(query, reason):
    with pytest.raises(Refused) as refusal:
        read_search(query, now=NOW)
    assert str(refusal.value) == reason
