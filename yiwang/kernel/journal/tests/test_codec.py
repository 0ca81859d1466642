"""Facts to JSON and back, and the hash that an entry is known by."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.journal import codec, models, reading
from yiwang.kernel.journal.tests import sample
from yiwang.kernel.terms import Point, fact, private


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    seal: bytes


@fact("samplekinds.seen", subject="thing_id")
@dataclass(frozen=True, slots=True)
class EverythingSeen:
    """One field of every kind that facts have."""

    thing_id: UUID
    colour: Colour
    point: Point | None
    lines: tuple[Line, ...]
    tags: frozenset[str]
    limits: dict[str, int]
    at: datetime
    day: date
    lasts: timedelta
    share: Decimal
    weight: float
    seal: bytes
    name: str | None = private(default=None)
    cipher: bytes | None = private(default=None)


words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
floats = st.floats(allow_nan=False, allow_infinity=False)
offsets = st.sampled_from([UTC, timezone(timedelta(hours=8))])
everything = st.builds(
    EverythingSeen,
    thing_id=st.uuids(),
    colour=st.sampled_from(Colour),
    point=st.none() | st.builds(Point, floats, floats),
    lines=st.lists(st.builds(Line, words, st.binary()), max_size=3).map(tuple),
    tags=st.frozensets(words, max_size=3),
    limits=st.dictionaries(words, st.integers(), max_size=3),
    at=st.datetimes(timezones=offsets),
    day=st.dates(),
    lasts=st.timedeltas(),
    share=st.decimals(allow_nan=False, allow_infinity=False),
    weight=floats,
    seal=st.binary(),
    name=st.none() | words,
    cipher=st.none() | st.binary(),
)


@given(everything)
def test_a_fact_comes_back_from_json_as_it_was(seen):
    body, payload = json.loads(codec.canonical(list(codec.dump(seen))))
    assert codec.load("samplekinds.seen", 1, body, payload) == seen


@given(everything)
def test_the_public_body_holds_no_private_field(seen):
    body, payload = codec.dump(seen)
    assert not {"name", "cipher"} & set(body)
    assert set(payload) <= {"name", "cipher"}


@given(everything)
def test_without_the_payload_private_fields_have_their_defaults(seen):
    body, _ = codec.dump(seen)
    erased = codec.load("samplekinds.seen", 1, body, None)
    assert (erased.name, erased.cipher) == (None, None)
    assert (erased.thing_id, erased.lines, erased.share) == (seen.thing_id, seen.lines, seen.share)


@pytest.mark.django_db
@given(numbers=st.lists(floats | st.integers(), max_size=20))
def test_what_jsonb_gives_back_has_the_same_spelling_as_what_it_was_given(numbers):
    settled = codec.settled({"numbers": numbers})
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb)::text", [codec.canonical(settled).decode()])
        (text,) = cursor.fetchone()
    assert codec.canonical(json.loads(text)) == codec.canonical(settled)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_cannot_say_is_refused(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        codec.canonical({"number": number})


def an_entry() -> models.Entry:
    return models.Entry(
        id=7,
        happened_at=sample.NOON,
        recorded_at=sample.NOON + timedelta(seconds=1),
        actor="staff:1",
        door="desk",
        reason="",
        verb="samplenote.written",
        v=2,
        subject_kind="samplenote",
        subject_id="1",
        body={"colour": "red"},
        private_hash=b"1" * 32,
    )


OTHERWISE = {
    "happened_at": sample.NOON + timedelta(microseconds=1),
    "recorded_at": sample.NOON,
    "actor": "staff:2",
    "door": "portal",
    "reason": "because",
    "verb": "samplenote.counted",
    "v": 1,
    "subject_kind": "samplenot",
    "subject_id": "e1",
    "body": {"colour": "blue"},
    "private_hash": b"2" * 32,
}


def test_every_column_but_id_and_hash_is_listed_as_covered():
    columns = {field.attname for field in models.Entry._meta.concrete_fields}
    assert columns == set(OTHERWISE) | {"id", "hash"}


@pytest.mark.parametrize("column", OTHERWISE)
def test_the_hash_tells_when_a_column_was_changed(column):
    entry = an_entry()
    before = reading.hash_of(entry)
    setattr(entry, column, OTHERWISE[column])
    assert reading.hash_of(entry) != before


def test_the_hash_does_not_depend_on_the_zone_in_which_a_moment_is_written():
    entry, shanghai = an_entry(), an_entry()
    shanghai.happened_at = sample.NOON.astimezone(timezone(timedelta(hours=8)))
    assert reading.hash_of(entry) == reading.hash_of(shanghai)
