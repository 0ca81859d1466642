"""The table of places at /admin. Shapes are on the map; here stands what is said of them."""

from typing import ClassVar

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, filter_words, filter_yes_no, site
from yiwang.kernel.places.models import Place
from yiwang.kernel.places.rules import Kind


@admin.register(Place, site=site)
class PlaceAdmin(TableAdmin):
    columns = (
        *("id", "kind", "code", "name", "name_en", "aliases", "parent", "committee", "datum", "h3"),
        *("valid_from", "valid_to", "attributes", "illustrative", "source", "entry"),
    )
    listed = ("code", "name", "kind", "committee", "valid_from", "valid_to", "illustrative")
    named = "name"
    words: ClassVar = {"kind": "place.kind"}
    found_by = ("code", "id")
    ordering = ("kind", "sort_key", "code")
    list_filter = (
        filter_words("place", "kind", "place.kind", Kind),
        filter_yes_no("place", "illustrative"),
    )
