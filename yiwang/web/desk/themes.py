"""The pages of rivers, outlets, plants, sites and air as tabs of one section of the desk."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(current: str) -> list[dict[str, Any]]:
    """By the names of their addresses."""
    named = {
        "rivers": _("河道"),
        "outlets": _("排污口"),
        "plants": _("污水处理设施"),
        "sites": _("工地"),
        "air": _("空气"),
    }
    return [
        {"text": text, "href": reverse(f"desk:{name}"), "current": name == current, "count": None}
        for name, text in named.items()
    ]
