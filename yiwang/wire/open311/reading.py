"""GeoReport v2 documents from bytes. Refused with place and reason: what is not UTF-8, no XML or JSON, or another document.

A document type declaration is refused as a whole: with it come entities that grow without bound, and files read from the server.
"""

import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from yiwang.wire.open311.documents import FORMS, Form
from yiwang.wire.open311.fields import Refused, text_of

MOST_BYTES = 10_000_000


def read_list(content: bytes, name: str, spelling: str) -> tuple[Any, ...]:
    """The values of the kind `name` (a key of FORMS) in a document in `xml` or `json`. Raises Refused."""
    form = FORMS[name]
    if spelling == "json":
        return _many_from_json(_json(content), form, form.listed)
    root = _root(content)
    _is_called(root, form.listed)
    return _many_from_elements(root, form)


def read_one(content: bytes, name: str, spelling: str) -> Any:
    """The one value of a document that has only one (a definition). Raises Refused."""
    form = FORMS[name]
    if spelling == "json":
        return _from_json(_json(content), form, form.tag)
    root = _root(content)
    _is_called(root, form.tag)
    return _from_element(root, form, form.tag)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Refused(f"more than {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused("not UTF-8", f"byte {fault.start}") from None


def _json(content: bytes) -> Any:
    text = _text(content)
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as fault:
        raise Refused(f"not JSON: {fault.msg}", f"line {fault.lineno}, column {fault.colno}") from None
    except RecursionError:
        raise Refused("nested too deeply") from None
    except Refused:
        raise
    except ValueError as fault:  # an integer of more digits than Python reads
        raise Refused(f"not JSON: {str(fault)[:80]}") from None


def _no_number(name: str) -> Any:
    raise Refused(f"{name} is no number in JSON")


def _root(content: bytes) -> ElementTree.Element:
    text = _text(content)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused("a document type declaration is not taken")
    try:
        return ElementTree.fromstring(text.encode())  # noqa: S314  # no declaration, so no entity
    except ElementTree.ParseError as fault:
        line, column = fault.position
        raise Refused(f"not XML: {fault.msg.split(':')[0]}", f"line {line}, column {column + 1}") from None


def _is_called(element: ElementTree.Element, tag: str) -> None:
    if element.tag != tag:
        raise Refused(f"the element is {element.tag[:40]!r} and not {tag!r}")


def _many_from_elements(parent: ElementTree.Element, form: Form) -> tuple[Any, ...]:
    for child in parent:
        _is_called(child, form.tag)
    return tuple(_from_element(child, form, f"{form.tag} {number}") for number, child in enumerate(parent, 1))


def _from_element(element: ElementTree.Element, form: Form, where: str) -> Any:
    said = {child.tag: child for child in element}
    lists = {
        field: _many_from_elements(said[listed], FORMS[inner])
        for field, inner in form.inner.items()
        if (listed := FORMS[inner].listed) in said
    }
    return _value({field: said[field].text for field in form.plain if field in said}, lists, form, where)


def _many_from_json(found: Any, form: Form, where: str) -> tuple[Any, ...]:
    if not isinstance(found, list):
        raise Refused("a list is expected", where)
    return tuple(_from_json(one, form, f"{form.tag} {number}") for number, one in enumerate(found, 1))


def _from_json(found: Any, form: Form, where: str) -> Any:
    if not isinstance(found, dict):
        raise Refused("an object is expected", where)
    lists = {
        field: _many_from_json(found[field], FORMS[inner], field)
        for field, inner in form.inner.items()
        if found.get(field) is not None
    }
    return _value({field: found[field] for field in form.plain if field in found}, lists, form, where)


def _value(plain: dict[str, Any], lists: dict[str, Any], form: Form, where: str) -> Any:
    """The value of what a document says of it; a field that is not said has its default. Raises Refused."""
    texts = {}
    for field, said in plain.items():
        try:
            texts[field] = text_of(said)
        except Refused as fault:
            raise Refused(fault.reason, f"{where}, {field}") from None
    for field in form.required:
        if not texts.get(field):
            raise Refused("is missing", f"{where}, {field}")
    read = {}
    for field, text in texts.items():
        try:
            read[field] = form.plain[field].read(text)
        except Refused as fault:
            raise Refused(fault.reason, f"{where}, {field}") from None
    defaults = {field: "" for field in ("description",) if form.tag == "attribute"}
    return form.cls(**defaults | read | lists)
