"""Accounts of staff: who has which role where; making, naming, opening and closing them. Nothing about when anybody came."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import View, door
from yiwang.kernel.people import queries, rules
from yiwang.kernel.people.queries import AccountCard, HeldRole
from yiwang.kernel.people.rules import NOT_GIVEN
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.kernel.people.steps import mailboxes, opensessions, secondfactor
from yiwang.kernel.terms import AccountId, Actor, Call, ScopeKind, Where
from yiwang.web import house
from yiwang.web.desk import deeds, townsfolk
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import people as forms
from yiwang.web.desk.room import actor_of, call_of, may, page
from yiwang.web.desk.townsfolk import Names

Given = dict[str, Any]


def _create(about: None, given: Given, call: Call) -> None:
    account_steps.create_account(
        given["username"],
        given["name"],
        password=given["password"] or None,
        phone=given["phone"] or None,
        call=call,
    )


def _give(card: AccountCard, given: Given, call: Call) -> None:
    scope, _sign, ground = given["ground"].partition(":")
    account_steps.grant_role(
        card.account_id,
        given["role"],
        scope=ScopeKind(scope) if ground else None,
        scope_id=UUID(ground) if ground else None,
        call=call,
    )


CREATE = Deed("create", "account.create", gettext_lazy("新建账号"), forms.NewAccount, _create)
DEEDS = {
    deed.name: deed
    for deed in (
        Deed("grant", "role.grant", gettext_lazy("授予岗位"), forms.GiveRole, _give),
        Deed(
            "revoke", "role.revoke", gettext_lazy("收回"), forms.TakeRole,
            lambda card, given, call: account_steps.revoke_role(given["grant"], call=call), danger=True,
        ),
        Deed(
            "rename", "account.rename", gettext_lazy("更正姓名"), forms.Rename,
            lambda card, given, call: account_steps.rename_account(card.account_id, given["name"], call=call),
        ),
        Deed(
            "password", "account.set_password", gettext_lazy("设置密码"), forms.NewPassword,
            lambda card, given, call: account_steps.set_password(card.account_id, given["password"], call=call),
        ),
        Deed(
            "mail", "account.set_mail_address", gettext_lazy("设置收提醒的邮箱"), forms.MailAddress,
            lambda card, given, call: mailboxes.set_mail_address(card.account_id, given["email"], call=call),
        ),
        Deed(
            "reset_second_factor", "account.reset_second_factor", gettext_lazy("取消两步登录"), forms.ResetSecondFactor,
            lambda card, given, call: secondfactor.reset_second_factor(
                card.account_id, call=replace(call, reason=given["why"])
            ), danger=True,
        ),
        Deed(
            "end_sessions", "session.end", gettext_lazy("结束全部登录"), forms.NothingAsked,
            lambda card, given, call: opensessions.end(card.account_id, call=call), danger=True,
        ),
        Deed(
            "deactivate", "account.deactivate", gettext_lazy("停用账号"), forms.NothingAsked,
            lambda card, given, call: account_steps.deactivate(card.account_id, call=call), danger=True,
        ),
        Deed(
            "reactivate", "account.reactivate", gettext_lazy("重新启用"), forms.NothingAsked,
            lambda card, given, call: account_steps.reactivate(card.account_id, call=call),
        ),
    )
}  # fmt: skip
"""What can be done with an account, by the last part of its address."""


@require_GET
@door("account.list")
def listed(request: HttpRequest) -> HttpResponse:
    """Every account, narrowed by a part of the name or username, or to those that wait for something."""
    actor = actor_of(request)
    text, only = request.GET.get("q", "").strip()[:40], request.GET.get("only", "")
    cards = [card for card in queries.accounts(actor) if _matches(card, text, only)]
    names = townsfolk.names(actor)
    content = {
        "accounts": [account_line(card, names) for card in cards],
        "text": text,
        "only": only,
        "may_create": may(actor, "account.create"),
    }
    return page(request, "desk/accounts.html", content)


def _matches(card: AccountCard, text: str, only: str) -> bool:
    wanted = WAITING.get(only)
    return text.lower() in f"{card.username} {card.name}".lower() and (wanted is None or wanted(card))


def without_role(card: AccountCard) -> bool:
    """An account that is open and leads nowhere."""
    return card.active and not card.roles


def without_password(card: AccountCard) -> bool:
    """An account that has a role, and nobody can log in with it."""
    return card.active and bool(card.roles) and not card.has_password and not card.demonstration


def closed(card: AccountCard) -> bool:
    """An account nobody may log in with."""
    return not card.active


def not_apart(card: AccountCard) -> bool:
    """An account from before the three were kept apart: it goes on until somebody takes one of its roles back."""
    return card.active and rules.not_apart(one.role for one in card.roles)


WAITING = {
    "without_role": without_role,
    "without_password": without_password,
    "not_apart": not_apart,
    "closed": closed,
}


def account_line(card: AccountCard, names: Names) -> dict[str, Any]:
    """An account as lists show it."""
    return {
        "name": card.name,
        "username": card.username,
        "href": reverse("desk:account", args=[card.account_id]),
        "roles": [role_text(held, names) for held in card.roles],
        "state": {"text": _("可登录"), "tone": "done"} if card.active else {"text": _("已停用"), "tone": "waiting"},
    }


def role_text(held: HeldRole, names: Names) -> str:
    """A role and where it counts, in words."""
    name = str(permission.roles()[held.role]["name"][house.language()])  # type: ignore[index]
    ground = names.team(held.scope_id) or names.place(held.scope_id)
    return f"{name} · {ground}" if ground else name


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@door("account.create")
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new account; then its page, where the role is given."""
    actor, asked = actor_of(request), None
    if request.method == "POST":
        asked = deeds.attempt(CREATE, None, request.POST, {}, call_of(request))
        if asked is None:
            username = request.POST["username"].strip().lower()
            made = next(card for card in queries.accounts(actor) if card.username == username)
            messages.success(request, _("账号已建好，接着授予岗位。"))
            return HttpResponseRedirect(reverse("desk:account", args=[made.account_id]))
    deed = deeds.shown(CREATE, actor, reverse("desk:account_new"), {}, asked=asked)
    return page(request, "desk/account_new.html", {"deed": deed}, status=asked.status if asked else 200)


@require_GET
@door("account.list")
def show(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account, and what may be done with it."""
    return _page(request, AccountId(account_id))


def _page(request: HttpRequest, account_id: AccountId, asked: Asked | None = None) -> HttpResponse:
    actor = actor_of(request)
    card, names = queries.account(actor, account_id), townsfolk.names(actor)
    options = grant_options(names)
    ground = Where(owners=frozenset({account_id}))
    own = account_id == actor.account_id  # who closes the own account may find nobody to open it again
    others = [
        *(["reset_second_factor"] if card.second_factor else []),
        "end_sessions",
        "deactivate" if card.active else "reactivate",
    ]
    wanted = ["grant", "rename", "password", "mail", *([] if own else others)]
    made = [
        deeds.shown(DEEDS[name], actor, _address(account_id, name), options, asked=asked, where=ground, name=card.name)
        for name in wanted
    ]
    content = {
        **account_line(card, names),
        "held": [{"text": role_text(held, names), "grant": held.grant_id} for held in card.roles],
        "revoke": _address(account_id, "revoke") if may(actor, "role.revoke") else "",
        "deeds": [deed for deed in made if deed],
        "has_password": card.has_password,
        "second_factor": card.second_factor,
        "refusal": asked.refusal if asked and asked.deed.name not in wanted else None,
    }
    return page(request, "desk/account.html", content, status=asked.status if asked else 200)


def _address(account_id: AccountId, name: str) -> str:
    return reverse(f"desk:account_{name}", args=[account_id])


def grant_options(names: Names) -> dict[str, list[dict[str, str]]]:
    """The roles that are given, and the grounds they may count on."""
    language = house.language()
    roles = [
        {"value": role, "text": str(row["name"][language]), "group": "", "find": f"{role} {row['name']['zh-Hans']}"}  # type: ignore[index]
        for role, row in permission.roles().items()
        if role not in NOT_GIVEN
    ]
    grounds = [{**one, "value": f"team:{one['value']}"} for one in names.team_options()]
    grounds += [
        {"value": f"committee:{value}", "text": text, "group": _("居委辖区"), "find": text.lower()}
        for value, text in names.committees()
    ]
    return {"role": roles, "ground": grounds}


def _deed(deed: Deed) -> View:
    """The address that does one deed with an account and comes back to its page."""

    @sensitive_post_parameters("password")
    @require_POST
    @door(deed.action)
    def run(request: HttpRequest, account_id: UUID) -> HttpResponse:
        actor = actor_of(request)
        card = queries.account(actor, AccountId(account_id))
        options = grant_options(townsfolk.names(actor))
        asked = deeds.attempt(deed, card, request.POST, options, call_of(request))
        if asked is not None:
            return _page(request, card.account_id, asked)
        messages.success(request, _("%(act)s：已办。") % {"act": deed.text})
        return HttpResponseRedirect(reverse("desk:account", args=[account_id]))

    return run


DOORS = {name: _deed(deed) for name, deed in DEEDS.items()}
"""The views of DEEDS."""


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for who keeps the accounts: open accounts that lead nowhere, and those nobody can log in with."""
    cards, names = queries.accounts(actor), townsfolk.names(actor)
    titles = (
        (without_role, "without_role", _("没有岗位的账号")),
        (without_password, "without_password", _("还没有密码的账号")),
        (not_apart, "not_apart", _("一人兼任系统管理员、安全管理员或审计员的账号，请收回一个岗位")),
    )
    return [
        {
            "title": title,
            "href": f"{reverse('desk:accounts')}?only={only}",
            "rows": [account_line(card, names) for card in cards if wanted(card)],
        }
        for wanted, only, title in titles
    ]
