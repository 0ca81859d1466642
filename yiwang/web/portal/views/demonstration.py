"""The demonstration's door: one click per role, each with a sentence about what waits there. Closed in a real town."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.people import queries as people
from yiwang.kernel.people import session
from yiwang.kernel.people.problems import DemonstrationOnly
from yiwang.kernel.people.queries import AccountCard
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import AccountId, Actor, ActorKind
from yiwang.kernel.wording import language_of
from yiwang.web import house
from yiwang.web.portal.views.account import wear

ORDER = ("operator", "dispatcher", "handler", "committee_worker", "grid_worker", "verifier", "arbiter", "duty_officer",
         "leader", "auditor", "registrar", "administrator", "security_administrator")  # fmt: skip
"""The roles in the order in which a case meets them."""


def _waiting(role: str) -> str:
    sentences = {
        "operator": _("新来的上报和 12345 来电等着受理；系统已给出建议，您来决定。"),
        "dispatcher": _("受理好的案件等着派给部门；退单的要重新安排。"),
        "handler": _("派到本部门的案件等着签收、办理、反馈。"),
        "committee_worker": _("本居委范围里的案件，能当场办的自己办结。"),
        "grid_worker": _("巡查时看到的问题在这里上报，小事当场处置。"),
        "verifier": _("部门说办好的案件，等您去现场核实。"),
        "arbiter": _("两个部门都说不归自己的案件，等您裁定。"),
        "duty_officer": _("快到期和已超时的案件、延期和挂账的申请。"),
        "leader": _("全镇办得怎么样：多少件、多快、居民满意不满意。"),
        "auditor": _("每一步谁办的、什么时候、依据什么，都能查。"),
        "registrar": _("网格、小区、道路、部件的登记和更正。"),
        "administrator": _("账号、角色和部门的设置。"),
        "security_administrator": _("停用账号、收回岗位；和系统管理员、审计员互相制约，三个岗位不能由一个人兼任。"),
    }
    return sentences.get(role, "")


@require_GET
@door("session.demonstrate")
def choose(request: HttpRequest) -> HttpResponse:
    """All roles with one button each, and the invented residents. Raises DemonstrationOnly in a real town."""
    if not session.demonstration_runs():
        raise DemonstrationOnly
    actor: Actor = request.actor  # type: ignore[attr-defined]
    names, teams = permission.roles(), {card.team_id: card for card in people.teams(actor)}
    by_committee = {card.committee_id: card for card in teams.values() if card.committee_id}
    groups: dict[str, list[dict[str, str]]] = {role: [] for role in ORDER}
    for card in people.demonstration_accounts(actor):
        role = _first_role(card)
        held = next(one for one in card.roles if one.role == role)
        team = teams.get(held.scope_id) or by_committee.get(held.scope_id)  # type: ignore[call-overload]
        groups[role].append(
            {"id": str(card.account_id), "name": card.name, "team": team.name(house.language()) if team else ""}
        )
    language = language_of(house.language())
    roles = [
        {"role": role, "name": names[role]["name"][language], "waiting": _waiting(role), "accounts": groups[role]}  # type: ignore[index]
        for role in ORDER
        if groups[role]
    ]
    content = {"roles": roles, "residents": people.demonstration_residents(actor)}
    return render(request, "portal/demonstration.html", content)


def _first_role(card: AccountCard) -> str:
    """The role that shows best what the account is for: a committee's worker before the handler they also are."""
    held = {one.role for one in card.roles}
    if "committee_worker" in held:
        return "committee_worker"
    return next((role for role in ORDER if role in held), ORDER[0])


@require_POST
@door("session.demonstrate")
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in as an invented person and go to their home page. Raises DemonstrationOnly, NotFound."""
    try:
        account_id = AccountId(UUID(request.POST.get("account", "")))
    except ValueError:
        raise NotFound from None
    session.log_in_demonstration(request, account_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == ActorKind.RESIDENT:
        return wear(HttpResponseRedirect(reverse("portal:me"), status=303), actor)
    return HttpResponseRedirect("/desk/", status=303)
