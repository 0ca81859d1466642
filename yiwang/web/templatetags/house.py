"""`{% load house %}`: the components by name. What each takes is told by its function in yiwang/web/components/ and on /house."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yiwang.kernel import ids, walltime
from yiwang.kernel.wording import word as word_of
from yiwang.web import house
from yiwang.web.components import charts, forms, frames, markup, rows

register = template.Library()

PLAIN = (
    *(
        forms.button,
        forms.link,
        forms.field,
        forms.choices,
        forms.form_field,
        forms.error_summary,
        forms.photo_picker,
        forms.place_picker,
    ),
    *(rows.moment, rows.level_tag, rows.clock, rows.timeline, rows.case_row),
    *(rows.figure_tile, rows.sparkline, charts.chart),
    *(frames.notice, frames.empty, frames.skeleton, frames.tabs, frames.pagination, frames.filter_bar),
    *(frames.document_preview, frames.receipt, frames.summary_list, frames.town_map),
)
WITH_PAGE = (rows.data_table, frames.confirm, frames.conflict)
"""Components that need the page: its request, or its CSRF token."""
KEPT = (rows.icon, rows.status_tag)
"""Components that stand a hundred times on a page and look as they are told and no other way: drawn once in a process."""
AT_MOST = 1000

for component in PLAIN:
    register.inclusion_tag(f"house/{component.__name__}.html")(component)
for needing in WITH_PAGE:
    register.inclusion_tag(f"house/{needing.__name__}.html", takes_context=True)(needing)


def _kept(component: Callable[..., dict[str, Any]]) -> Callable[..., SafeString]:
    """Typed: a text that says of itself that it is safe is another one than the same text that does not."""

    @lru_cache(AT_MOST, typed=True)
    @wraps(component)
    def draw(*given: Any, **named: Any) -> SafeString:
        return render_to_string(f"house/{component.__name__}.html", component(*given, **named))

    return draw


for drawn in KEPT:
    register.simple_tag(_kept(drawn), name=drawn.__name__)


@register.inclusion_tag("house/toast.html", takes_context=True)
def toast(context: Context, text: str, tone: str = "done", **given: Any) -> dict[str, Any]:
    """An answer in the corner after an act."""
    return frames.toast(text, tone, token=str(context.get("csrf_token") or ""), **given)


@register.inclusion_tag("house/switches.html", takes_context=True)
def switches(context: Context) -> dict[str, Any]:
    """Language, letter size and colour scheme; each is a form, so they work without JavaScript."""
    request = context.get("request")
    return {
        "page": house.page(request),
        "here": request.get_full_path() if request and request.method == "GET" else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("house/keyboard_help.html")
def keyboard_help() -> dict[str, Any]:
    """The dialog that `?` opens; the page's own keys are added to it from their data-key."""
    return {}


@register.simple_tag(takes_context=True)
def house_page(context: Context) -> house.Page:
    """`{% house_page as page %}`: town, demonstration, size, scheme, language."""
    return house.page(context.get("request"))


@register.simple_tag
def form_key() -> SafeString:
    """`{% form_key %}` in every POST form: sending the same form twice gives the first answer again."""
    return format_html('<input type="hidden" name="_key" value="{}">', ids.new_id(walltime.now()))


@register.simple_tag
def word(key: str) -> str:
    """The text of a state, kind or role from the modules' texts files, in the page's language."""
    return word_of(key, house.language())


@register.simple_tag
def attributes(**given: Any) -> str:
    """HTML attributes from keyword arguments, for a template of your own."""
    return markup.attributes(given)


@register.filter
def clock_minutes(minutes: int, unit: str = "office") -> str:
    """A number of minutes in the words of a clock's unit."""
    return markup.clock_text(minutes, unit)
