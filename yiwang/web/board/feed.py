"""What happened to a promise, as an Atom feed (RFC 4287): every entry keeps its identifier wherever the town's pages stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse

from yiwang.kernel.terms import Actor
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.plan import queries as plans
from yiwang.plan.inquiries import queries as inquiries
from yiwang.plan.supervision import queries as supervisions
from yiwang.registers.evidence.queries import SignedEvidence
from yiwang.web import house
from yiwang.web.board import evidence, shown
from yiwang.web.board.licence import LICENCE
from yiwang.web.board.shown import day, said

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot say (XML 1.0 §2.2)."""

ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a promise. `key` never changes and is no other event's of this promise."""

    key: str
    at: datetime
    title: str
    text: str
    address: str


def events(actor: Actor, year: int, row: str) -> list[Event]:
    """All that happened to a promise in public, the newest first."""
    address = reverse("board:promise", args=[year, row])
    found = [*_wordings(actor, year, row, address), *_signed(actor, year, row), *_supervised(actor, year, row, address)]
    found += [
        Event(
            f"explained {one.at.isoformat()}",
            one.at,
            said("board.explained"),
            f"{one.words} {said('board.explained.expected', day=day(one.expected_on))}",
            address,
        )
        for one in inquiries.explanations(actor, year, row)
    ]
    return sorted(found, key=lambda one: (one.at, one.key), reverse=True)


def _wordings(actor: Actor, year: int, row: str, address: str) -> Iterable[Event]:
    owners = shown.owners(actor)
    for place, one in enumerate(plans.wordings(actor, year, row)):
        promise, goal = one.promise, shown.goal(one.promise.goal)
        told = [
            shown.text(promise.promise),
            owners.get(promise.owner, promise.owner),
            day(promise.due),
            goal,
            one.reason,
        ]
        title = said("board.feed.changed" if place else "board.feed.promised")
        yield Event(f"wording {place}", one.at, title, " · ".join(part for part in told if part), address)


def _signed(actor: Actor, year: int, row: str) -> Iterable[Event]:
    for one in evidence.of_promise(actor, year, row):
        yield Event(f"signed {one.evidence_id}", one.at, evidence.what(one), one.why, _entry(year, row, one))
        if one.withdrawn:
            title = said("board.feed.withdrawn", what=evidence.what(one))
            yield Event(
                f"withdrawn {one.evidence_id}", one.withdrawn.at, title, one.withdrawn.reason, _entry(year, row, one)
            )


def _entry(year: int, row: str, one: SignedEvidence) -> str:
    return reverse("board:evidence", args=[year, row, one.evidence_id])


def _supervised(actor: Actor, year: int, row: str, address: str) -> Iterable[Event]:
    """Of a supervision only its days are public, so its events stand at the day's beginning."""
    listed = supervisions.public_of(actor, year, row)
    for place, one in enumerate(reversed(listed)):
        begun = said("board.feed.supervised", since=day(one.opened_on))
        yield Event(f"supervised {place}", _begin(one.opened_on), said("board.supervised"), begun, address)
        if one.ended_on:
            text = said(f"board.supervised.{one.state}", since=day(one.opened_on), until=day(one.ended_on))
            title = said(f"board.supervised.state.{one.state}")
            yield Event(f"supervision ended {place}", _begin(one.ended_on), title, text, address)


def _begin(of_day: date) -> datetime:
    return datetime.combine(of_day, time.min, TOWN_ZONE)


def atom(found: Iterable[Event], *, year: int, row: str, title: str, site: str, address: str) -> bytes:
    """The feed. `site`: the beginning of the town's addresses (https://town.example); `address`: the feed's own, as it was asked for."""
    listed = list(found)
    page = site + reverse("board:promise", args=[year, row])
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": house.language()})
    _add(feed, "id", _identifier(year, row, ""))
    _add(feed, "title", f"{row} {title}")
    _add(feed, "updated", _moment(max(one.at for one in listed)))
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    _add(feed, "link", rel="license", href=LICENCE.address)
    _add(feed, "rights", said("board.licence.short", name=LICENCE.name))
    _add(_add(feed, "author"), "name", house.town_name())
    for one in listed:
        entry = _add(feed, "entry")
        _add(entry, "id", _identifier(year, row, one.key))
        _add(entry, "title", one.title)
        _add(entry, "updated", _moment(one.at))
        _add(entry, "link", rel="alternate", type="text/html", href=site + one.address)
        _add(entry, "content", one.text, type="text")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="utf-8")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        element.text = UNFIT.sub("", text)
    return element


def _identifier(year: int, row: str, key: str) -> str:
    """The same for ever: made of the town's folder, the promise and the event, not of an address that may change."""
    return uuid5(NAMESPACE_URL, f"yiwang/{settings.TOWN_DIR.name}/promise/{year}/{row}/{key}").urn


def _moment(at: datetime) -> str:
    return at.astimezone(TOWN_ZONE).isoformat(timespec="seconds")
