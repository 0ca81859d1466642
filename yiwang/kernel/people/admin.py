"""The tables of people at /admin: accounts without name, phone and password; teams, grants and shifts.

One-time codes and refused passwords are not shown: they pass, and a list of them would tell who tried to log in when.
"""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language

from yiwang.kernel.access import permission
from yiwang.kernel.access.readonly_admin import TableAdmin, filter_by, filter_words, filter_yes_no, site
from yiwang.kernel.people.models import Account, Grant, Shift, Team
from yiwang.kernel.people.rules import NOT_GIVEN, TEAM_KINDS
from yiwang.kernel.wording import language_of


def _roles(request: HttpRequest) -> list[tuple[str, str]]:
    return list(_role_names().items())


def _role_names() -> dict[str, str]:
    language = language_of(get_language() or "zh-hans")
    given = {role: row["name"] for role, row in permission.roles().items() if role not in NOT_GIVEN}
    return {role: names[language] for role, names in given.items()}  # type: ignore[index]


@admin.register(Account, site=site)
class AccountAdmin(TableAdmin):
    columns = ("id", "kind", "username", "active", "erased", "demonstration", "language", "large_type")
    listed = ("id", "kind", "username", "active", "erased", "demonstration")
    named = "id"
    words: ClassVar = {"kind": "account.kind"}
    found_by = ("id", "username")
    list_filter = (
        filter_words("account", "kind", "account.kind", ("staff", "resident")),
        filter_yes_no("account", "active"),
        filter_yes_no("account", "erased"),
    )


@admin.register(Team, site=site)
class TeamAdmin(TableAdmin):
    columns = ("id", "code", "kind", "name_zh", "name_en", "parent", "committee_id", "position")
    listed = ("code", "name_zh", "kind", "parent", "position")
    named = "name_zh"
    words: ClassVar = {"kind": "team.kind"}
    found_by = ("code", "id", "committee_id")
    ordering = ("position", "code")
    list_filter = (filter_words("team", "kind", "team.kind", TEAM_KINDS),)


@admin.register(Grant, site=site)
class GrantAdmin(TableAdmin):
    columns = listed = ("id", "account", "role", "scope", "scope_id")
    named = "id"
    words: ClassVar = {"scope": "admin.scope"}
    found_by = ("id", "account__id", "account__username", "scope_id")
    list_filter = (filter_by("account_grant", "role", _roles),)

    def show_role(self, row: Grant) -> str:
        """The role by its name."""
        return _role_names().get(row.role, row.role)


@admin.register(Shift, site=site)
class ShiftAdmin(TableAdmin):
    columns = listed = ("id", "team", "during", "note")
    named = "id"
    found_by = ("id", "team__code")
