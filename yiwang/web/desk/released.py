"""公开 on the desk: a figure that is reviewed before it is public, what was let go, and taking it back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from yiwang.indicators import queries, steps
from yiwang.indicators.definitions import AFTER_REVIEW
from yiwang.indicators.queries import Figure
from yiwang.indicators.releases import Release
from yiwang.web.desk import deeds, figures, townsfolk
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms.figures import ReleaseFigure, WithdrawFigure
from yiwang.web.desk.room import actor_of, role_name


def _release(about: tuple[str, figures.Asked, str], given: dict[str, Any], call: Any) -> None:
    code, shown, seen = about
    scope = shown.scope
    steps.release(code, scope.first, scope.last, shown.as_of, seen=seen, ground=given["ground"], call=call)


def _withdraw(about: UUID, given: dict[str, Any], call: Any) -> None:
    steps.withdraw(about, explanation=given["explanation"], call=call)


RELEASE = Deed("release", "indicator.release", gettext_lazy("审查通过，公开这一数值"), ReleaseFigure, _release)
WITHDRAW = Deed("withdraw", "indicator.release", gettext_lazy("撤回公开"), WithdrawFigure, _withdraw, danger=True)


def shown_in_public(
    request: HttpRequest, found: Figure, shown: figures.Asked, asked: Asked | None
) -> dict[str, Any] | None:
    """What the page of a figure that is reviewed first says of its being public; None for any other figure."""
    if found.indicator.disclosure.state != AFTER_REVIEW:
        return None
    actor, code = actor_of(request), found.indicator.code
    released = queries.releases(actor, code)
    names = townsfolk.people_of(actor, {one for each in released for one in (each.by, each.withdrawn_by) if one})
    reviewer = actor.has_role(found.indicator.disclosure.role)
    standing = next((one for one in released if one.withdrawn_at is None), None)
    made = [
        _release_deed(request, found, shown, asked) if reviewer and _whole_town(shown) else None,
        _withdraw_deed(request, standing, asked) if reviewer and standing else None,
    ]
    return {
        "role": role_name(found.indicator.disclosure.role),
        "released": [_line(one, names) for one in released],
        "deeds": [deed for deed in made if deed],
        "narrowed": reviewer and not _whole_town(shown),
    }


def _whole_town(shown: figures.Asked) -> bool:
    return shown.scope.committee is None and shown.scope.team is None


def _release_deed(request: HttpRequest, found: Figure, shown: figures.Asked, asked: Asked | None) -> Any:
    query = f"{shown.query}&{urlencode({'seen': found.share.written})}"
    address = f"{reverse('desk:figure_release', args=[found.indicator.code])}?{query}"
    return deeds.shown(RELEASE, actor_of(request), address, {}, asked=asked) if found.share.denominator else None


def _withdraw_deed(request: HttpRequest, standing: Release, asked: Asked | None) -> Any:
    address = reverse("desk:figure_withdraw", args=[standing.indicator, standing.id])
    return deeds.shown(WITHDRAW, actor_of(request), address, {}, asked=asked)


def _line(one: Release, names: dict[str, str]) -> dict[str, Any]:
    return {
        "months": f"{one.scope.first:%Y-%m} – {one.scope.last:%Y-%m}",
        "value": figures.value(one.share),
        "as_of": one.as_of,
        "at": one.at,
        "by": names.get(one.by, ""),
        "role": role_name(one.role),
        "ground": one.ground,
        "withdrawn_at": one.withdrawn_at,
        "withdrawn_by": names.get(one.withdrawn_by, ""),
        "withdrawn_why": one.withdrawn_why,
    }
