"""The calls of GeoReport v2."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from yiwang.cases import numbers
from yiwang.cases.public import PublicCase, PublicSearch, listed_types, public_by_number, public_cases
from yiwang.cases.stages import ENDED, standing_word
from yiwang.gateways.open311_api import discovery as finding
from yiwang.gateways.open311_api import offered
from yiwang.gateways.open311_api.answers import document, opens, visitors_call
from yiwang.gateways.open311_api.problems import NoSuchRequest, OtherJurisdiction
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.problems import LinkUnknown
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.files import rules as file_rules
from yiwang.kernel.files import tokens, uploads
from yiwang.kernel.files.problems import FileTooLarge
from yiwang.kernel.keeping import NOT_TEXT
from yiwang.kernel.people import visitors
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.terms import VISITOR, Call, FileHash, Point
from yiwang.kernel.wording import language_of, word
from yiwang.wire.open311.asking import Arguments, Asked, Search, check_attributes, read_new, read_search
from yiwang.wire.open311.documents import Receipt, Request
from yiwang.wire.open311.fields import Refused
from yiwang.wire.open311.writing import write_list, write_one

CREATED = 201


@opens("session.open", "GET")
def discovery(request: HttpRequest, *, spelling: str) -> bytes:
    """Where the services are and in which spellings (Open311 service discovery)."""
    return finding.document(request.build_absolute_uri(reverse("open311:services", args=["xml"])), spelling)


@opens("type.read", "GET")
def services(request: HttpRequest, *, spelling: str) -> bytes:
    """GET service list."""
    _arguments(request.GET)
    return write_list(offered.services(_language(request)), "service", spelling)


@opens("type.read", "GET")
def definition(request: HttpRequest, code: str, *, spelling: str) -> bytes:
    """GET service definition."""
    _arguments(request.GET)
    return write_one(offered.definition(code, _language(request)), spelling)


@opens("case.follow", "GET", "POST")
def requests(request: HttpRequest, *, spelling: str) -> bytes | HttpResponse:
    """POST service request, GET service requests."""
    if request.method == "POST":
        return _new(request, spelling)
    wanted = read_search(_arguments(request.GET), now=walltime.now())
    found = _by_number(wanted.numbers) if wanted.numbers else _searched(wanted)
    return write_list([_shown(one, _language(request)) for one in found], "request", spelling)


@opens("case.follow", "GET")
def one_request(request: HttpRequest, number: str, *, spelling: str) -> bytes:
    """GET service request."""
    _arguments(request.GET)
    found = _by_number((number,))
    if not found:
        raise NoSuchRequest(asked=number[:40])
    return write_list([_shown(one, _language(request)) for one in found], "request", spelling)


@opens("case.follow", "GET")
def token(request: HttpRequest, token: str, *, spelling: str) -> bytes:
    """GET service_request_id from a token."""
    _arguments(request.GET)
    number, _, secret = token.partition("~")
    try:
        reports.reporter_by_link(number, secret)
    except LinkUnknown:
        raise NoSuchRequest(asked=token[:40]) from None
    return write_list([Receipt(numbers.tidy(number), token)], "receipt", spelling)


def _new(request: HttpRequest, spelling: str) -> HttpResponse:
    asked = read_new(_arguments(request.POST))
    service = offered.service_type(asked.service_code)
    language = _language(request)
    check_attributes(asked.attributes, offered.attributes(language))
    contents = [(_content(one), one.content_type or "") for one in request.FILES.getlist("media")]
    call = visitors_call(request, _key(request, contents))
    fact = receiving.receive(
        text=_words(asked, language),
        title=service.name["zh-Hans"],
        channel="open311",
        photos=_photos(request, contents, call),
        point=Point(float(asked.point[0]), float(asked.point[1])) if asked.point else None,
        place_text=asked.address_string,
        reporter=Person(asked.phone, f"{asked.last_name}{asked.first_name}") if asked.phone else None,
        urgent=asked.attributes.get(offered.URGENT) == (offered.YES,),
        origin=origin_of(request),
        call=call,
    )
    secret = reports.link_token(fact.number)
    link = request.build_absolute_uri(reverse("portal:follow_by_link", args=[fact.number, secret]))
    receipt = Receipt(
        fact.number if service.code in listed_types() else "",
        "" if service.code in listed_types() else f"{fact.number}~{secret}",
        word("open311.notice", language).format(link=link),
    )
    return document(write_list([receipt], "receipt", spelling), spelling, CREATED)


def _key(request: HttpRequest, contents: list[tuple[bytes, str]]) -> str:
    """Clients send no key: the same form, photos included, is the same asking, and gets the first answer."""
    said = json.dumps(sorted((name, values) for name, values in request.POST.lists()), ensure_ascii=False)
    given = request.headers.get("Idempotency-Key", "")
    photos = (hashlib.sha256(content).digest() for content, _ in contents)
    return hashlib.sha256(b"open311\0" + f"{given}\0{said}".encode() + b"".join(photos)).hexdigest()


def _content(upload: UploadedFile) -> bytes:
    size, most, megabyte = upload.size or 0, file_rules.MAX_DOCUMENT_BYTES, file_rules.MEGABYTE
    if size > most:
        raise FileTooLarge(megabytes=size // megabyte, limit=most // megabyte)
    return bytes(upload.read())


def _photos(request: HttpRequest, contents: list[tuple[bytes, str]], call: Call) -> tuple[FileHash, ...]:
    kept = []
    for content, kind in contents:
        visitors.admit_photo(origin_of(request), call=replace(call, key=None))
        taken = uploads.receive(content, kind, call=replace(call, key=None))
        kept.append(tokens.claimed(taken.token, now=call.now))
    return tuple(kept)


def _words(asked: Asked, language: str) -> str:
    """What was said, and what the report has no place of its own for: an address code, links to pictures elsewhere."""
    more = [word("open311.address_id", language).format(code=asked.address_id)] if asked.address_id else []
    more += [word("open311.media_url", language).format(url=url) for url in asked.media_urls]
    return "\n".join([asked.description, *more]).strip()


def _by_number(asked: tuple[str, ...]) -> tuple[PublicCase, ...]:
    return public_by_number(VISITOR, {numbers.tidy(one) for one in asked})


def _searched(wanted: Search) -> tuple[PublicCase, ...]:
    search = PublicSearch(
        wanted.service_codes,
        still_open="open" in wanted.statuses,
        ended="closed" in wanted.statuses,
        opened_from=wanted.start,
        opened_to=wanted.end,
        updated_from=wanted.updated_after,
        updated_to=wanted.updated_before,
    )
    offset = (wanted.page - 1) * wanted.page_size
    return public_cases(VISITOR, search, offset=offset, limit=wanted.page_size)


def _shown(case: PublicCase, language: str) -> Request:
    types = offered.service_types()
    known = types.get(case.type_code)
    return Request(
        case.number,
        "closed" if case.state in ENDED else "open",
        case.type_code,
        status_notes=word(standing_word(case.state, own=False), language),
        service_name=known.name[language] if known else "",
        requested_datetime=_local(case.opened_at),
        updated_datetime=_local(case.updated_at),
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(walltime.TOWN_ZONE)


def _language(request: HttpRequest) -> str:
    return language_of(getattr(request, "LANGUAGE_CODE", "zh-hans"))


def _arguments(sent: QueryDict) -> Arguments:
    """The arguments of a call. Raises Refused for what no text holds, OtherJurisdiction."""
    found = dict(sent.lists())
    for name, values in found.items():
        if any(NOT_TEXT.search(value) for value in (name, *values)):
            raise Refused("holds a character that is no text", name[:40] if not NOT_TEXT.search(name) else "")
    ours = settings.TOWN_DIR.name
    for asked in found.get("jurisdiction_id", ()):
        if asked and asked != ours:
            raise OtherJurisdiction(asked=asked[:40], ours=ours)
    return found
