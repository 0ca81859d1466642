"""Open311 service discovery: which specification is spoken where (wiki.open311.org/Service_Discovery)."""

import json
from xml.etree import ElementTree

CHANGED = "2026-11-27T00:00:00+08:00"
"""When this door last changed what it speaks: a new date for each change."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")


def document(services_url: str, spelling: str) -> bytes:
    """The discovery document; `services_url` is the full address of the service list."""
    endpoint = services_url.removesuffix("/services.xml")
    contact = endpoint.removesuffix("/open311/v2")
    if spelling == "json":
        said = {
            "changeset": CHANGED,
            "contact": contact,
            "key_service": contact,
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": endpoint,
                    "changeset": CHANGED,
                    "type": "production",
                    "formats": list(FORMATS),
                }
            ],
        }
        return json.dumps(said, separators=(",", ":")).encode()
    root = ElementTree.Element("discovery")
    _say(root, changeset=CHANGED, contact=contact, key_service=contact)
    one = ElementTree.SubElement(ElementTree.SubElement(root, "endpoints"), "endpoint")
    _say(one, specification=SPECIFICATION, url=endpoint, changeset=CHANGED, type="production")
    formats = ElementTree.SubElement(one, "formats")
    for kind in FORMATS:
        ElementTree.SubElement(formats, "format").text = kind
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _say(element: ElementTree.Element, **said: str) -> None:
    for name, text in said.items():
        ElementTree.SubElement(element, name).text = text
