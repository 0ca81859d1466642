"""Components a person fills in or presses. Each function returns the context of its partial in templates/house/."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BoundField, Form
from django.utils.translation import gettext as _

from yiwang.web.components.markup import attributes

BUTTON_KINDS = ("", "primary", "danger", "quiet")
FIELD_KINDS = (
    "text", "textarea", "select", "password", "tel", "email", "number", "search", "date", "time", "datetime-local", "url",
)  # fmt: skip

OF_TIME = frozenset({"date", "time", "datetime-local"})
"""Kinds that a browser shows only in the form it knows (2026-12-27): the widget writes it, not the page's language."""


def button(text: str, kind: str = "", *, href: str = "", icon: str = "", key: str = "", dialog: str = "",
           type: str = "submit", busy: str = "", wide: bool = False, **given: Any) -> dict[str, Any]:  # fmt: skip
    """One act. With `href` it is a link that looks like a button; `key` presses it from the keyboard; `dialog` opens a dialog's id.

    Further keyword arguments become attributes (`name`, `value`, `hx_post`, `disabled=True`, `form`, `aria_…`, `data_…`).
    """
    assert kind in BUTTON_KINDS, f"a button is one of {BUTTON_KINDS}, not {kind}"  # noqa: S101
    if dialog and not href:
        type = "button"
    return {
        "text": text, "kind": kind, "href": href, "icon": icon, "key": key, "type": type, "busy": busy, "wide": wide,
        "attributes": attributes({"data_key": key or None, "data_dialog": dialog or None, **given}),
    }  # fmt: skip


def link(text: str, href: str, *, icon: str = "", key: str = "", **given: Any) -> dict[str, Any]:
    """A link in running text or alone."""
    return {"text": text, "href": href, "icon": icon, "attributes": attributes({"data_key": key or None, **given})}


def field(name: str, label: str, kind: str = "text", *, value: Any = "", hint: str = "", error: str = "",
          options: Iterable[Any] = (), optional: bool = False, short: bool = False, page: bool = False, rows: int = 4,
          before: str = "", after: str = "", id: str = "", mark: str = "", **given: Any) -> dict[str, Any]:  # fmt: skip
    """One question: label, hint, error, control. `page` makes the label the page's heading (one question per page).

    mark: what stands beside the label in place of "optional", such as that one of two is asked for.
    options (for select): pairs, or mappings with value, text, group. Further keywords become attributes of the control
    (`autocomplete`, `inputmode`, `maxlength`, `required`, `list`, `data_search=True` …).
    """
    assert kind in FIELD_KINDS, f"a field is one of {FIELD_KINDS}, not {kind}"  # noqa: S101
    identity = id or f"id_{name}"
    described = [f"{identity}_hint"] * bool(hint) + [f"{identity}_error"] * bool(error)
    given.setdefault("aria_describedby", " ".join(described) or None)
    given.setdefault("aria_invalid", "true" if error else None)
    return {
        "name": name, "label": label, "kind": kind, "value": "" if value is None else value, "hint": hint, "error": error,
        "groups": grouped(options, value), "optional": optional, "short": short, "page": page, "rows": rows,
        "before": before, "after": after, "id": identity, "mark": mark, "attributes": attributes(given),
    }  # fmt: skip


def choices(name: str, label: str, options: Iterable[Any], kind: str = "radio", *, value: Any = None, hint: str = "",
            error: str = "", across: bool = False, optional: bool = False, page: bool = False) -> dict[str, Any]:  # fmt: skip
    """Cards to choose one (radio) or several (checkbox) from. value: the chosen value, or a list of them."""
    assert kind in ("radio", "checkbox"), f"choices are radio or checkbox, not {kind}"  # noqa: S101
    chosen = [value] if isinstance(value, str | int) or value is None else list(value)
    return {
        "name": name, "label": label, "kind": kind, "hint": hint, "error": error, "across": across, "optional": optional,
        "page": page, "id": f"id_{name}",
        "options": [option for _group, options_of in grouped(options, chosen) for option in options_of],
    }  # fmt: skip


def grouped(options: Iterable[Any], value: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Options under their groups in the order given; each knows whether it is chosen."""
    chosen = {str(one) for one in (value if isinstance(value, list | tuple | set) else [value])}
    groups: dict[str, list[dict[str, Any]]] = {}
    for option in options:
        one = dict(option) if isinstance(option, Mapping) else {"value": option[0], "text": option[1]}
        one["chosen"] = str(one["value"]) in chosen
        groups.setdefault(str(one.get("group") or ""), []).append(one)
    return list(groups.items())


def form_field(bound: BoundField, label: str = "", hint: str = "", **given: Any) -> dict[str, Any]:
    """The same question from a Django form's field: label, help text, errors, choices and widget are taken over.

    A CheckboxSelectMultiple or RadioSelect becomes choice cards; use `{% choices %}` yourself for hints on the cards.
    """
    widget = bound.field.widget
    html = {key.replace("-", "_"): value for key, value in widget.attrs.items()}
    maximum = getattr(bound.field, "max_length", None)
    if maximum:
        html.setdefault("maxlength", maximum)
    kind = {"textarea": "textarea", "select": "select"}.get(
        widget.__class__.__name__.lower(), getattr(widget, "input_type", "text")
    )
    context = {
        "label": label or str(bound.label or ""),
        "hint": hint or str(bound.help_text or ""),
        "error": " ".join(str(error) for error in bound.errors),
        "value": widget.format_value(bound.value()) if kind in OF_TIME else bound.value(),
        "optional": not bound.field.required,
        "options": [(value, text) for value, text in getattr(bound.field, "choices", [])],
    }
    if kind in ("radio", "checkbox"):
        return {"cards": choices(bound.html_name, kind=kind, **context)}
    return {"one": field(bound.html_name, kind=kind, id=bound.id_for_label, **context, **{**html, **given})}


def error_summary(errors: Form | Mapping[str, Any] | Sequence[Any] | None, title: str = "") -> dict[str, Any]:
    """The list on top of a form that was refused; each line leads to its field. Empty renders nothing.

    errors: a bound Form, a mapping of field name to sentence, or a list of {"field", "text"} (field may be empty).
    """
    return {"lines": list(error_lines(errors)), "title": title or _("请先改正下面几项")}


def error_lines(errors: Form | Mapping[str, Any] | Sequence[Any] | None) -> Iterable[dict[str, str]]:
    """Each error as the id it leads to and the sentence."""
    if isinstance(errors, Form):
        told = [str(text) for found in errors.errors.values() for text in found]
        for name, found in errors.errors.items():
            target = "" if name == "__all__" else errors[name].id_for_label or f"id_{errors[name].html_name}"
            for text in map(str, found):  # what stands under two fields says nothing without the field's name
                alike = target and told.count(text) > 1
                yield {
                    "target": target,
                    "text": _("%(field)s：%(text)s") % {"field": errors[name].label, "text": text} if alike else text,
                }
    elif isinstance(errors, Mapping):
        yield from ({"target": f"id_{name}" if name else "", "text": str(text)} for name, text in errors.items())
    else:
        for one in errors or ():
            yield {"target": f"id_{one['field']}" if one.get("field") else "", "text": str(one["text"])}


def photo_picker(name: str = "photos", upload_url: str = "", *, value: Sequence[Mapping[str, str]] = (), label: str = "",
                 hint: str = "", error: str = "", most: int = 6, longest_px: int = 2048, mark: str = "") -> dict[str, Any]:  # fmt: skip
    """Photos. Without JavaScript a plain file input `<name>_files`; with it each photo is made smaller, uploaded at once
    and tried again on a bad network; what arrived stands as hidden inputs `<name>`, one per photo.

    upload_url takes POST multipart `file` with `Idempotency-Key` and answers JSON {"id": …, "url": …} (status 200 or 201).
    value: photos that arrived before: [{"id": …, "url": …}]. mark: what stands beside the label in place of "optional".
    """
    return {
        "name": name, "upload_url": upload_url, "value": value, "label": label or _("照片"), "error": error, "most": most,
        "hint": hint or _("最多 %(most)s 张。照片里的拍摄位置等信息会被去掉。") % {"most": most},
        "longest_px": longest_px, "id": f"id_{name}", "mark": mark,
    }  # fmt: skip


def place_picker(places: Iterable[Mapping[str, Any]] = (), name: str = "place", *, label: str = "", hint: str = "",
                 error: str = "", value: Any = "", longitude: Any = "", latitude: Any = "", layers: Sequence[Any] = (),
                 search_url: str = "", bounds: Sequence[float] = (), notice: str = "", optional: bool = False,
                 geolocate: bool = True, wait: bool = False, keeps_words: bool = False, outline: str = "",
                 refused: str = "") -> dict[str, Any]:  # fmt: skip
    """Where: find a place by name, point on the map, or use the phone's position. Without JavaScript a select.

    places: {"id", "text", "hint", "group", "longitude", "latitude"}; search_url answers `?q=` with JSON {"places": [the same]}.
    Writes inputs `<name>` (the place's id or empty), `<name>_longitude`, `<name>_latitude` (WGS 84 degrees). A position
    outside `bounds` [west, south, east, north], or outside the polygons of the GeoJSON at the address `outline`, is not taken: the
    list opens at the places nearest to it. `refused`: "longitude,latitude" that the server did not take; the list stands open from
    the start, without JavaScript too. `wait`: as in town_map.
    `keeps_words`: what is typed and not picked is sent as `<name>_search`, and the form takes it for words.
    """
    listed = [dict(place) for place in places]
    options = [{"value": p["id"], "text": p["text"], "group": p.get("group", "")} for p in listed]
    return {
        "name": name, "label": label or _("在哪里"), "hint": hint, "error": error, "value": value or "",
        "longitude": longitude, "latitude": latitude, "places": listed, "groups": grouped(options, value), "layers": layers,
        "search_url": search_url, "bounds": bounds, "notice": notice, "optional": optional, "geolocate": geolocate, "wait": wait,
        "keeps_words": keeps_words, "outline": outline, "refused": refused,
        "id": f"id_{name}", "map_id": f"{name}-map", "data_id": f"{name}-places",
    }  # fmt: skip
