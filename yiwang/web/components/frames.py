"""Components that frame and answer: notices, toasts, dialogs, tabs, filters, pages, documents, the map."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template import Context
from django.utils.translation import gettext as _

from yiwang.web.components.forms import grouped
from yiwang.web.components.markup import attributes
from yiwang.web.components.rows import ICON_OF_TONE

LAYER_KINDS = ("area", "edge", "line", "dashed", "point", "mark", "cases")


def notice(text: str, tone: str = "waiting", *, title: str = "", href: str = "", link: str = "") -> dict[str, Any]:
    """A sentence that stays on the page. tone: waiting, soon, overdue, done, action."""
    drawing = "info" if tone in ("waiting", "action") else ICON_OF_TONE[tone]
    return {"text": text, "tone": tone, "title": title, "icon": drawing, "href": href, "link": link}


def toast(
    text: str, tone: str = "done", *, undo_url: str = "", undo: str = "", key: str = "", token: str = ""
) -> dict[str, Any]:
    """An answer in the corner after an act; with undo_url it stays until closed. key, token: of the undo form."""
    return {"text": text, "tone": tone, "undo_url": undo_url, "undo": undo or _("撤销"), "key": key, "token": token}


def confirm(context: Context, id: str, title: str, *, text: str = "", action: str = "", confirm: str = "",
            kind: str = "danger", reason: str = "", hidden: Mapping[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """A dialog for what cannot be undone; a button with `dialog=<id>` opens it. reason: the label of a required reason field."""
    return {
        "id": id, "title": title, "text": text, "action": action, "confirm": confirm or _("确认"), "kind": kind,
        "reason": reason, "hidden": list((hidden or {}).items()), "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


def conflict(context: Context, differences: Iterable[Mapping[str, Any]], *, who: str = "", at: datetime | None = None,
             see: str = "", action: str = "", hidden: Mapping[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """Another person changed this: see, keep, merge. differences: {"label", "name", "theirs", "mine"}.

    Posts `<name>=theirs|mine` per difference to action, with the hidden values (at least the new row version).
    """
    return {
        "differences": differences, "who": who, "at": at, "see": see, "action": action,
        "hidden": list((hidden or {}).items()), "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


def empty(title: str, text: str = "", *, action: str = "", href: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here yet: what would be here, and how to start."""
    return {"title": title, "text": text, "action": action, "href": href, "icon": icon}


def skeleton(lines: int = 4, *, label: str = "") -> dict[str, Any]:
    """Grey lines while something loads for more than 300 ms (give it the class htmx-indicator around)."""
    return {"lines": range(lines), "label": label or _("正在读取")}


def tabs(items: Sequence[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """Pages of one thing. items: {"text", "href", "current": bool, "count"}."""
    return {"items": items, "label": label or _("分页")}


def pagination(*, page: Any = None, previous: str = "", next: str = "", text: str = "") -> dict[str, Any]:
    """Earlier and later pages. Give a Django `page`, or the two addresses (keyset lists) with a text such as 第 1–50 条."""
    if page is not None:
        previous = f"?page={page.previous_page_number()}" if page.has_previous() else ""
        next = f"?page={page.next_page_number()}" if page.has_next() else ""
        text = text or _("第 %(page)s 页，共 %(pages)s 页") % {"page": page.number, "pages": page.paginator.num_pages}
    return {"previous": previous, "next": next, "text": text}


def filter_bar(fields: Iterable[Mapping[str, Any]], *, views: Sequence[Mapping[str, Any]] = (), action: str = "",
               save_url: str = "", target: str = "", clear: str = "") -> dict[str, Any]:  # fmt: skip
    """A list's filters as a GET form, with saved views above. Works without JavaScript; target: htmx selector of the list.

    fields: {"name", "text", "kind": search|select|date, "value", "options"}. views: {"text", "href", "current", "count"}.
    """
    shaped = [{**one, "groups": grouped(one.get("options", ()), one.get("value", ""))} for one in fields]
    return {"fields": shaped, "views": views, "action": action, "save_url": save_url, "target": target, "clear": clear}


def document_preview(name: str, href: str, *, mime: str = "", size_bytes: int | None = None, note: str = "") -> dict[str, Any]:  # fmt: skip
    """A file: a picture shows itself, anything else its name, kind and size, and opens in its own tab."""
    kinds = {"application/pdf": "PDF", "text/csv": "CSV"}
    kind = kinds.get(mime, mime.split("/")[-1].upper()[:5] if mime else "")
    return {
        "name": name,
        "href": href,
        "picture": mime.startswith("image/"),
        "kind": kind,
        "size": size_bytes,
        "note": note,
    }


def receipt(number: str, title: str, text: str = "") -> dict[str, Any]:
    """The confirmation after something was handed in: the number to keep and what happens next."""
    return {"number": number, "title": title, "text": text}


def summary_list(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Check answers, or the facts of a case. rows: {"text", "value", "href", "change"}; an empty value is 无数据."""
    return {"rows": rows}


def town_map(id: str = "map", *, layers: Sequence[Mapping[str, Any]] = (), items: Sequence[Mapping[str, Any]] = (),
             pick: str = "", bounds: Sequence[float] = (), centre: Sequence[float] = (), label: str = "", tall: bool = False,
             illustrative: bool = False, notice: str = "", wait: bool = False, list_below: bool = False,
             **given: Any) -> dict[str, Any]:  # fmt: skip
    """The map island `<town-map>`, with its legend and the list that stands for it when there is no JavaScript or WebGL.

    layers: {"id", "text", "kind": area|edge|line|dashed|point|mark|cases, "url" or "data" (GeoJSON, WGS 84)}; cases are clustered and
    coloured by the property `tone`; a feature's `text` labels it, `told` (else `text`) stands in its bubble and `href` opens it. A
    line layer's `colour` is a token of the look; a mark is the property `mark` in a circle of the token `colour` (none: no colour).
    items: {"text", "href", "hint"}.
    An area's `share` (0 to 1) shades it by a number.
    pick: prefix of the inputs `<pick>_longitude` and `<pick>_latitude` that a tap on the map fills in.
    list_below: the page itself lists what the map shows.
    wait: a button stands for the map, and its library (0.4 MB packed) is fetched when somebody presses it.
    """
    for layer in layers:
        assert layer["kind"] in LAYER_KINDS, f"a layer is one of {LAYER_KINDS}, not {layer['kind']}"  # noqa: S101
    return {
        "id": id, "layers": list(layers), "items": items, "pick": pick, "bounds": list(bounds), "centre": list(centre),
        "label": label or _("地图"), "tall": tall, "data_id": f"{id}-layers", "wait": wait, "list_below": list_below,
        "attributes": attributes(given),
        "notice": notice or (_("示意图：边界和位置不是测绘成果，仅供演示。") if illustrative else ""),
    }  # fmt: skip
