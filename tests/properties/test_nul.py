"""What no database column takes is refused in words, at the door, and never as a broken page."""

import pytest
from django.test import RequestFactory

from yiwang.kernel.files import queries as files
from yiwang.kernel.people.middleware import call_of
from yiwang.kernel.people.problems import WrongPassword
from yiwang.kernel.people.steps import proving
from yiwang.kernel.places import queries as places
from yiwang.kernel.problems import BadField, NotFound
from yiwang.kernel.terms import VISITOR, Call
from yiwang.kernel.walltime import now


def test_a_key_of_control_characters_is_refused():
    request = RequestFactory().post("/report", {"_key": "k\0"})
    request.actor = VISITOR
    with pytest.raises(BadField):
        call_of(request)


@pytest.mark.django_db
def test_a_username_of_nothing_but_a_nul_is_a_wrong_one():
    refused = proving.try_password("\0", "x", call=Call(VISITOR, now(), "test")).refused
    assert isinstance(refused, WrongPassword)


@pytest.mark.django_db
def test_a_file_that_cannot_be_a_hash_is_not_there():
    with pytest.raises(NotFound):
        files.open_for(VISITOR, "\0")


@pytest.mark.django_db
def test_a_place_is_not_found_by_a_nul():
    assert places.listed(VISITOR, text="\0") == places.listed(VISITOR)
