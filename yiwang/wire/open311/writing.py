"""GeoReport v2 documents to bytes: XML with its declaration, or JSON after the "Spark" convention, both in UTF-8."""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from yiwang.wire.open311.documents import FORMS, NAMES, Form, plain_values
from yiwang.wire.open311.fields import text_of

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
"""What XML 1.0 cannot say is left out there: a pasted control character must not break everybody's document."""


def write_list(values: Sequence[Any], name: str, spelling: str) -> bytes:
    """Many values of the kind `name` (a key of FORMS), as `xml` or `json`."""
    form = FORMS[name]
    if spelling == "json":
        return _json([_as_json(value) for value in values])
    root = ElementTree.Element(form.listed)
    root.extend(_as_element(value) for value in values)
    return _xml(root)


def write_one(value: Any, spelling: str) -> bytes:
    """A value that stands alone (a Definition), as `xml` or `json`."""
    return _json(_as_json(value)) if spelling == "json" else _xml(_as_element(value))


def _as_json(value: Any) -> dict[str, Any]:
    form = FORMS[NAMES[type(value)]]
    lists = {field: [_as_json(one) for one in getattr(value, field)] for field in form.inner if getattr(value, field)}
    return plain_values(value) | lists


def _as_element(value: Any) -> ElementTree.Element:
    form = FORMS[NAMES[type(value)]]
    element = ElementTree.Element(form.tag)
    for field, said in plain_values(value).items():
        ElementTree.SubElement(element, field).text = text_of(_plain(said)).translate(NOT_IN_XML) or None
    for field in form.inner:
        if listed := getattr(value, field):
            ElementTree.SubElement(element, _listed(form, field)).extend(_as_element(one) for one in listed)
    return element


def _listed(form: Form, field: str) -> str:
    return FORMS[form.inner[field]].listed


def _plain(said: Any) -> Any:
    """A float in its shortest spelling: XML has text only."""
    return repr(said) if isinstance(said, float) else said


def _xml(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
