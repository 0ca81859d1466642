"""`{% load desk %}`: the desk's frame for pages that no view of the desk makes (the tables at /admin)."""

from typing import Any

from django import template
from django.template import Context

from yiwang.web.desk.room import actor_of, navigation, own_name, role_words

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: Context) -> dict[str, Any]:
    """`{% desk_frame as frame %}`: nav, own_name and own_roles, as desk/page.html needs them."""
    request = context["request"]
    actor = actor_of(request)
    return {"nav": navigation(request, actor), "own_name": own_name(actor), "own_roles": role_words(actor)}


@register.simple_tag
def table_rows(listed: Any) -> list[list[dict[str, Any]]]:
    """`{% table_rows cl as rows %}`: the rows of a list at /admin as cells with label, text and, for the first, the row's address."""
    return [
        [
            {"label": label, "text": text, "href": "" if at else listed.url_for_result(row)}
            for at, (label, text) in enumerate(listed.model_admin.cells(row))
        ]
        for row in listed.result_list
    ]
