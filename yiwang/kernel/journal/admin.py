"""The journal's tables at /admin. Private payloads are shown to nobody here; who did something stands on the entry's own page,
so that no list can be made of what one person did."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from yiwang.kernel.access.readonly_admin import TableAdmin, exactly, filter_words, site
from yiwang.kernel.journal.models import (
    CallKey,
    Entry,
    EntryPending,
    EntryPosition,
    EntryPrivate,
    Reader,
    TreeHead,
    TreeNode,
    Witness,
)

SUBJECTS = ("account", "case", "entry", "file", "place", "place_import", "report", "sheet", "team")


@admin.register(Entry, site=site)
class EntryAdmin(TableAdmin):
    columns = (
        *("id", "verb", "v", "subject_kind", "subject_id", "happened_at", "recorded_at", "actor", "door", "reason"),
        *("body", "private_hash", "hash"),
    )
    listed = ("id", "verb", "subject_kind", "subject_id", "happened_at", "recorded_at", "door")
    named = "id"
    words: ClassVar = {"verb": "verb", "subject_kind": "admin.subject"}
    found_by = ("id", "subject_id")
    list_filter = (filter_words("entry", "subject_kind", "admin.subject", SUBJECTS),)

    def show_private_hash(self, row: Entry) -> str:
        """What the private payload is committed to by."""
        return bytes(row.private_hash).hex() if row.private_hash else ""

    def show_hash(self, row: Entry) -> str:
        """The entry's own hash."""
        return bytes(row.hash).hex()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Also by the subject's id: with the kinds named, because the index begins with the kind."""
        term = search_term.strip()
        if not term:
            return queryset, False
        subject = Q(subject_kind__in=SUBJECTS) & exactly(Entry, "subject_id", term)
        return queryset.filter(exactly(Entry, "id", term) | subject), False


@admin.register(EntryPrivate, site=site)
class EntryPrivateAdmin(TableAdmin):
    """Only that there is a payload still: an erased one has no row."""

    columns = listed = ("entry",)
    found_by = ("entry__id",)


@admin.register(EntryPending, site=site)
class EntryPendingAdmin(TableAdmin):
    columns = listed = ("entry",)
    found_by = ("entry__id",)


@admin.register(EntryPosition, site=site)
class EntryPositionAdmin(TableAdmin):
    columns = listed = ("position", "entry")
    named = "position"
    found_by = ("position", "entry__id")


@admin.register(TreeHead, site=site)
class TreeHeadAdmin(TableAdmin):
    columns = ("size", "root", "signed_at", "note", "key")
    listed = ("size", "root", "signed_at")
    named = "size"
    found_by = ("size",)

    def show_root(self, row: TreeHead) -> str:
        """The root over the first `size` entries."""
        return bytes(row.root).hex()


@admin.register(TreeNode, site=site)
class TreeNodeAdmin(TableAdmin):
    columns = listed = ("level", "index", "hash")
    named = "index"
    found_by = ("index",)

    def show_hash(self, row: TreeNode) -> str:
        """The root of this subtree."""
        return bytes(row.hash).hex()


@admin.register(Witness, site=site)
class WitnessAdmin(TableAdmin):
    columns = listed = ("address", "size", "told_at", "tries", "next_at", "fault", "failed_at")
    named = "address"
    found_by = ("address",)


@admin.register(Reader, site=site)
class ReaderAdmin(TableAdmin):
    columns = listed = ("name", "position")
    named = "name"
    found_by = ("name",)
    ordering = ("name",)


@admin.register(CallKey, site=site)
class CallKeyAdmin(TableAdmin):
    columns = listed = ("id", "action", "entry", "expires_at")
    named = "id"
