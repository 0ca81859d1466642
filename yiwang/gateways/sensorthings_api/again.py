"""An instrument that posts one Observation with the very headers of an earlier one of its own, which was taken: answered without Django.

All that a header decides was decided then: who it is, and how it is answered. What differs is the value, whether the stations have
changed since (handing.py sees it), and how often somebody has guessed at the password meanwhile. Whatever is not plain goes the long way.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from yiwang.gateways.sensorthings_api import instruments
from yiwang.gateways.sensorthings_api.handing import Outdated, Taken, hand_in
from yiwang.gateways.sensorthings_api.instruments import Shown, place_of
from yiwang.kernel import ids, marks, walltime
from yiwang.wire.sensorthings.arrays import read_one_at_a_glance

MOST = 10_000
"""Instruments remembered in a process; of more, all are forgotten and learnt again."""
OF_ONE_REQUEST = frozenset({"CONTENT_LENGTH", "REMOTE_PORT"})
"""What differs between two requests of one sender."""
CREATED = 201
PATH = "/v1.1/Observations"
"""Where the body says for which Datastream it is; at a Datastream's own address what it says does not count."""
Headers = list[tuple[str, str]]


class Before(NamedTuple):
    """A post that was taken."""

    shown: Shown
    place: tuple[str, str]
    """By what guesses at the password are counted."""
    observations: str
    """The address of all Observations, as this sender is told it."""
    headers: Headers


class Again:
    """What is remembered in one process."""

    def __init__(self) -> None:
        self._before: dict[tuple[tuple[str, str], ...], Before] = {}

    def taken(self, asked: dict[str, Any]) -> tuple[Before, Taken | Exception] | None:
        """What became of a post like an earlier one: the identifier of the Observation, or why it was not taken. None, and nothing is
        done, for any other.
        """
        before = self._before.get(_headers(asked))
        now = walltime.now()
        if before is None or instruments.GUESSES.wait_s(*before.place, now):
            return None
        body = asked["wsgi.input"].read(int(asked["CONTENT_LENGTH"]))
        asked["wsgi.input"] = BytesIO(body)  # for the long way
        group = read_one_at_a_glance(body)
        known = {str(one.stream_id) for one in before.shown.instrument.streams}
        if group is None or group.datastream not in known:
            return None
        instruments.GUESSES.right(*before.place)
        try:
            (one,) = hand_in([group], before.shown, body, now)
        except Outdated:
            return None
        except Exception as fault:  # noqa: BLE001  # the view tells it
            return before, fault
        return before, one

    def remember(self, asked: Mapping[str, Any], request: HttpRequest, answer: HttpResponse) -> None:
        """Remember a post that went the long way, where it was taken."""
        observations, opened, _ = answer.get("Location", "").rpartition("(")
        if answer.status_code != CREATED or not opened or not asked["PATH_INFO"].endswith(PATH):
            return
        if len(self._before) >= MOST:
            self._before.clear()
        shown: Shown = request.shown  # type: ignore[attr-defined]
        self._before[_headers(asked)] = Before(
            shown, place_of(request, shown.instrument.key), observations, list(answer.items())
        )


def created(before: Before, identifier: str) -> Headers:
    """The headers of the answer to one that was taken. Its mark is new like any, and stands nowhere else: there was nothing to log."""
    own = {"Location": f"{before.observations}('{identifier}')", marks.HEADER: ids.request_mark()}
    return [(name, own.get(name, value)) for name, value in before.headers]


def _headers(asked: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Everything that WSGI says of a request in words, but for what differs each time."""
    return tuple([one for one in asked.items() if type(one[1]) is str and one[0] not in OF_ONE_REQUEST])
