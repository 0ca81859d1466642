"""/admin: every table as it stands, to be looked at by administrators and auditors and changed by nobody.

Each module shows its own tables in its `admin.py` with a TableAdmin. What may be seen is listed there column by column; what is
not listed (ciphers, hashes, passwords, private payloads, free words of residents) is never fetched for the page, and no list can
be narrowed by it: an answer to "does the hidden column begin with an a?" would tell it letter by letter, or list what one person did.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.admin import AdminSite, ModelAdmin, SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.admin.utils import display_for_value
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Field, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.access.problems import ConditionNotOffered
from yiwang.kernel.wording import word

MOST_ROWS = 10_000
"""How far a list can be leafed through. Beyond that one narrows it down; nobody reads page 201."""

MODULES = (
    "cases",
    "reports",
    "sensing",
    "alarms",
    "samples",
    "registers",
    "indicators",
    "plan",
    "summaries",
    "journal",
    "people",
    "places",
    "files",
)
"""The order of the index: first what is looked up most."""


class TownAdminSite(AdminSite):
    """The site's few pages: an index, the tables of one module, a table, a row."""

    site_url = "/desk/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether whoever asks may look."""
        return _may_look(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page is a door of the permission table, and none takes a POST. Raises LogInFirst or NotAllowed."""
        return door("admin.read")(require_safe(view))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Only what looks: no log-in of its own, no adding, changing, deleting, no form for a password."""
        found: list[URLPattern | URLResolver] = [
            path("", self.admin_view(self.index), name="index"),
            path("<slug:app_label>/", self.admin_view(self.app_index), name="app_list"),
        ]
        for model, table in self._registry.items():
            found.append(path(f"{model._meta.app_label}/{model._meta.model_name}/", include(table.urls)))
        return found

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The modules and their tables in the order of MODULES and of each admin.py, called by our own words."""
        listed = super().get_app_list(request, app_label)
        order = list(self._registry)
        for application in listed:
            application["name"] = _said(f"admin.app.{application['app_label']}")
            application["models"].sort(key=lambda one: order.index(one["model"]))
            for one in application["models"]:
                one["name"] = self._registry[one["model"]].title  # type: ignore[attr-defined]
        return sorted(listed, key=lambda application: MODULES.index(application["app_label"]))


def _may_look(request: HttpRequest) -> bool:
    return not permission.reach(request.actor, "admin.read").nothing  # type: ignore[attr-defined]


def _said(key: str) -> str:
    """The word of a key in the page's language."""
    return word(key, get_language() or "zh-hans")


site = TownAdminSite()


class ModestPaginator(Paginator):
    """Counts no further than MOST_ROWS, so that a table of a million rows costs no more than one of ten thousand."""

    @cached_property
    def count(self) -> int:
        """How many rows can be leafed through."""
        return min(self._counted, MOST_ROWS)

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: MOST_ROWS + 1].count()

    @property
    def more(self) -> bool:
        """Whether there are more rows than can be leafed through."""
        return self._counted > MOST_ROWS

    @cached_property
    def about(self) -> int:
        """About how many rows the whole table has, by the database's own statistics; 0 for a narrowed list."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        if rows.query.where:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [f'"{rows.model._meta.db_table}"']
            )
            return max(0, int(cursor.fetchone()[0]))


class Filter(SimpleListFilter):
    """Rows with one value in one column. Its choices are known beforehand: the table is not searched for them."""

    column = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only the rows with the chosen value; a value that nobody offers finds nothing."""
        if not self.value():
            return queryset
        try:
            return queryset.filter(**{self.column: self.value()})
        except (ValidationError, ValueError):
            return queryset.none()


def filter_by(table: str, column: str, choices: Callable[[HttpRequest], Iterable[tuple[str, str]]]) -> type[Filter]:
    """A filter on a column whose values and their words `choices` gives."""

    def lookups(self: Filter, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return list(choices(request))

    title = lazystr(_Label(table, column))
    return type(
        "ColumnFilter", (Filter,), {"title": title, "parameter_name": column, "column": column, "lookups": lookups}
    )


def filter_words(table: str, column: str, prefix: str, values: Iterable[str]) -> type[Filter]:
    """A filter on a column with a few known values, which have words below `prefix`."""
    known = tuple(str(value) for value in values)
    return filter_by(table, column, lambda request: [(value, spoken(prefix, value)) for value in known])


def filter_yes_no(table: str, column: str) -> type[Filter]:
    """A filter on a column that is true or false."""
    return filter_by(table, column, lambda request: [("1", _said("admin.yes")), ("0", _said("admin.no"))])


def spoken(prefix: str, value: Any) -> str:
    """The word of a value, or the value itself where there is none (an old class, an empty text)."""
    try:
        return _said(f"{prefix}.{value}")
    except KeyError:
        return str(value)


class _Label:
    """A column's heading, in the language of the page at the moment it is shown."""

    def __init__(self, table: str, column: str) -> None:
        self.keys = (f"column.{table}.{column}", f"column.{column}")

    def __str__(self) -> str:
        for key in self.keys[:-1]:
            try:
                return _said(key)
            except KeyError:
                continue
        return _said(self.keys[-1])


class TableAdmin(ModelAdmin):
    """One table, shown and never changed."""

    columns: ClassVar[tuple[str, ...]] = ()
    """Everything of a row that may be seen. Foreign keys lead to their row."""
    listed: ClassVar[tuple[str, ...]] = ()
    """What the list shows of it."""
    named: ClassVar[str] = "pk"
    """The column by which people call a row."""
    words: ClassVar[dict[str, str]] = {}
    """Columns whose values have words, and the beginning of the words' keys."""
    found_by: ClassVar[tuple[str, ...]] = ()
    """Indexed columns (also of a table that a foreign key leads to) that the search compares as a whole."""

    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    show_full_result_count = False
    paginator = ModestPaginator
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    view_on_site = False
    empty_value_display = "—"

    def __init__(self, model: type[Model], admin_site: TownAdminSite) -> None:
        self.relations = {name for name in (*self.listed, *self.columns) if _relation(model, name)}
        self.list_display = tuple(self._column(model, name, linked=at > 0) for at, name in enumerate(self.listed))
        self.shown: Any = tuple(self._column(model, name) for name in self.columns)
        super().__init__(model, admin_site)

    @property
    def title(self) -> str:
        """What the table is called."""
        return _said(f"table.{self.model._meta.db_table}")

    @property
    def search_help_text(self) -> str:  # type: ignore[override]
        """What the search finds: whole numbers and codes."""
        return _said("admin.found_by") + _said("admin.and").join(str(_Label("", one)) for one in self.found_by)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that may be seen of a row."""
        return self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same: nothing of it can be typed over."""
        return self.shown

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Whether there is a search at all; get_search_results says how it looks."""
        return self.found_by

    def get_list_select_related(self, request: HttpRequest) -> list[str] | bool:
        """The rows that the list names, fetched together with it; False for none."""
        return [name for name in self.listed if name in self.relations] or False

    def heading(self, row: Any) -> str:
        """What people call a row."""
        return str(getattr(row, self.named))

    def value(self, row: Any, name: str, *, linked: bool = True) -> Any:
        """What a column shows: the word of a value, a link to another row, a structure as text; else the value itself."""
        if name in self.relations:
            return self._link(getattr(row, name), linked=linked)
        value = getattr(row, name)
        if value is None or value == "":
            return self.empty_value_display
        if isinstance(value, bool):
            return _said("admin.yes" if value else "admin.no")
        if name in self.words:
            return spoken(self.words[name], value)
        return json.dumps(value, ensure_ascii=False, indent=1) if isinstance(value, dict | list) else value

    def _column(self, model: type[Model], name: str, *, linked: bool = True) -> Callable[[Any], Any]:
        own = getattr(self, f"show_{name}", None)

        def show(row: Any) -> Any:
            return own(row) if own else self.value(row, name, linked=linked)

        show.__name__ = name
        show.short_description = lazystr(_Label(model._meta.db_table, name))  # type: ignore[attr-defined]
        return show

    def _link(self, row: Any, *, linked: bool) -> Any:
        """The row that a foreign key leads to, by its name. (A list's first column leads to the list's own row.)"""
        if row is None:
            return self.empty_value_display
        table = self.admin_site._registry[type(row)]
        text = table.heading(row)  # type: ignore[attr-defined]
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, text) if linked else text

    def cells(self, row: Any) -> list[tuple[str, Any]]:
        """A row of the list: each column's heading and what it shows."""
        columns: Any = self.list_display
        return [(str(one.short_description), display_for_value(one(row), self.empty_value_display)) for one in columns]

    # --- only looking ---

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may look at the site may look at each table."""
        return _may_look(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same for a module's tables together."""
        return _may_look(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are written by appliers, from facts (record 0003)."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The list and the row."""
        meta, look = self.model._meta, self.admin_site.admin_view
        return [
            path("", look(self.changelist_view), name=f"{meta.app_label}_{meta.model_name}_changelist"),
            path("<path:object_id>/change/", look(self.change_view), name=f"{meta.app_label}_{meta.model_name}_change"),
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters that the page offers, by their own names. (Django's own rule lets every column of the row through.)"""
        return lookup in {one.parameter_name for one in self.list_filter}  # type: ignore[union-attr]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """What the list shows. Raises ConditionNotOffered for a condition in the address that the page does not offer."""
        try:
            return super().get_changelist_instance(request)
        except (DisallowedModelAdminLookup, DisallowedModelAdminToField) as refused:
            raise ConditionNotOffered from refused

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under the table's own name."""
        return super().changelist_view(request, {"title": self.title, "table": self.title})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One row. Raises Http404 for one that is not there."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        content = {
            "title": self.title,
            "subtitle": self.heading(row),
            "table": self.title,
            "heading": self.heading(row),
        }
        return super().change_view(request, object_id, form_url, content)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows with nothing but what may be seen; the rest never leaves the database."""
        fields = {one.name: one for one in self.model._meta.concrete_fields}
        wanted = [name for name in (*self.columns, *self.listed, self.named) if name in fields]
        return super().get_queryset(request).only("pk", *wanted, *self._beyond())

    def _beyond(self) -> Iterator[str]:
        """The names of the rows that foreign keys of the list lead to: needed, and nothing more of those rows."""
        for name in (name for name in self.listed if name in self.relations):
            remote = _relation(self.model, name)
            table = self.admin_site._registry.get(remote) if remote else None
            yield f"{name}__{table.named if isinstance(table, TableAdmin) else 'pk'}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows with exactly this number or code: one look into an index, never a search through the table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        wanted = Q(pk__in=[])
        for column in self.found_by:
            wanted |= exactly(self.model, column, term)
        return queryset.filter(wanted), False


def exactly(model: type[Model], column: str, term: str) -> Q:
    """The condition that a column is this term; one that nothing fulfils when it cannot be (no number, no identifier)."""
    field: Any = None
    for part in column.split("__"):
        field = model._meta.get_field(part) if part != "pk" else model._meta.pk
        model = field.related_model or model
    try:
        return Q(**{column: field.get_prep_value(field.to_python(term.replace("\0", "")))})
    except (ValidationError, ValueError):
        return Q(pk__in=[])


def _relation(model: type[Model], name: str) -> type[Model] | None:
    fields: dict[str, Field] = {one.name: one for one in model._meta.concrete_fields}
    return fields[name].related_model if name in fields and fields[name].is_relation else None
