"""What other modules and doors may know of people and teams. Names and phones are masked unless said otherwise (R-303)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import is_password_usable

from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.people import rules
from yiwang.kernel.people.facts import PersonUnmasked
from yiwang.kernel.people.models import Account, Grant, Shift, Team, UntoldText
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import SYSTEM, AccountId, Actor, ActorKind, PlaceId, ScopeKind, TeamId, Where
from yiwang.kernel.terms import Grant as Held

# --- texts that did not arrive ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Untold:
    """A text that was given up: to whom, its key and parameters, why (codes.REASONS or `fault`), after how many tries, when."""

    account_id: AccountId
    key: str
    parameters: dict[str, str]
    reason: str
    tries: int
    given_up_at: datetime


def untold(actor: Actor, about: UUID) -> tuple[Untold, ...]:
    """The texts about this thing that did not arrive, the oldest first. Ask whether the actor may see the thing itself."""
    enter(actor, "person.read")
    rows = UntoldText.objects.filter(about=about, given_up_at__isnull=False).order_by("id")
    return tuple(
        Untold(AccountId(row.account), row.key, row.parameters, row.reason, row.tries, row.given_up_at)
        for row in rows
        if row.given_up_at
    )


def untold_things(actor: Actor) -> frozenset[UUID]:
    """The things about which somebody was not told what a text should have told them: for lists that narrow their own rows by it."""
    enter(actor, "person.read")
    return frozenset(UntoldText.objects.filter(given_up_at__isnull=False).values_list("about", flat=True))


# --- teams -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A department, team or committee's office, as everybody may know it."""

    team_id: TeamId
    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_id: TeamId | None
    committee_id: PlaceId | None
    position: int

    def name(self, language: str = "zh-hans") -> str:
        """The name in one of Django's language codes; Chinese unless English is asked for."""
        return self.name_en if language.lower().startswith("en") else self.name_zh


_TEAM = ("id", "code", "kind", "name_zh", "name_en", "parent_id", "committee_id", "position")


def teams(actor: Actor, *, kind: str | None = None) -> tuple[TeamCard, ...]:
    """Every team (or those of one kind: department, team, committee) in the town's own order. One query."""
    enter(actor, "team.read")
    rows = Team.objects.order_by("position", "code").values_list(*_TEAM)
    return tuple(TeamCard(*row) for row in (rows.filter(kind=kind) if kind else rows))


def team(actor: Actor, team_id: TeamId) -> TeamCard:
    """One team. Raises NotFound."""
    return _one_team(actor, pk=team_id)


def team_by_code(actor: Actor, code: str) -> TeamCard:
    """The team with this code in departments.yaml. Raises NotFound."""
    return _one_team(actor, code=code)


def team_of_committee(actor: Actor, committee_id: PlaceId) -> TeamCard:
    """The office that answers for a committee's place. Raises NotFound."""
    return _one_team(actor, committee_id=committee_id)


def _one_team(actor: Actor, **which: object) -> TeamCard:
    enter(actor, "team.read")
    row = Team.objects.filter(**which).values_list(*_TEAM).first()
    if row is None:
        raise NotFound
    return TeamCard(*row)


def ground_of_team(team_id: TeamId | None) -> Where:
    """The ground of what lies in a team's hands: the team and, for a committee's office, its committee. Nowhere for None."""
    if team_id is None:
        return Where()
    committee = Team.objects.filter(pk=team_id).values_list("committee_id", flat=True).first()
    return Where(PlaceId(committee) if committee else None, frozenset({team_id}))


@dataclass(frozen=True, slots=True)
class DutyShift:
    """When a team can be reached, and how."""

    shift_id: UUID
    team_id: TeamId
    begins_at: datetime
    ends_at: datetime
    note: str


def shifts(actor: Actor, team_id: TeamId, since: datetime, until: datetime) -> tuple[DutyShift, ...]:
    """A team's shifts that touch the time from `since` until before `until`, in order."""
    enter(actor, "shift.read")
    rows = Shift.objects.filter(team_id=team_id, during__overlap=(since, until)).order_by("during")
    return tuple(DutyShift(row.id, TeamId(row.team_id), row.during.lower, row.during.upper, row.note) for row in rows)


def on_duty(actor: Actor, team_id: TeamId, moment: datetime) -> tuple[DutyShift, ...]:
    """The team's shifts at that moment (begin included, end not)."""
    enter(actor, "shift.read")
    rows = Shift.objects.filter(team_id=team_id, during__contains=moment).order_by("during")
    return tuple(DutyShift(row.id, TeamId(row.team_id), row.during.lower, row.during.upper, row.note) for row in rows)


def on_duty_now(actor: Actor, moment: datetime) -> tuple[DutyShift, ...]:
    """The shifts of all teams at that moment, the teams in the town's own order. One query."""
    enter(actor, "shift.read")
    rows = Shift.objects.filter(during__contains=moment).order_by("team__position", "team__code", "during")
    return tuple(DutyShift(row.id, TeamId(row.team_id), row.during.lower, row.during.upper, row.note) for row in rows)


def reachable(actor: Actor, team_id: TeamId, moment: datetime, *, office_open: bool) -> bool:
    """Whether a team can be reached: on a shift when it has any from then on, else while the office is open (workdays)."""
    on_shift = bool(on_duty(actor, team_id, moment))
    planned = on_shift or Shift.objects.filter(team_id=team_id, during__endswith__gt=moment).exists()
    return rules.reachable(planned, on_shift, office_open)


# --- persons ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name and phone, masked (R-303) unless `full`. Empty when not known or erased."""

    account_id: AccountId
    kind: ActorKind
    name: str
    phone: str
    full: bool


def name_for(actor: Actor, account_id: AccountId) -> str:
    """The name that this actor is shown for an account: see names_for."""
    return names_for(actor, [account_id]).get(account_id, "")


def names_for(actor: Actor, account_ids: Collection[AccountId]) -> dict[AccountId, str]:
    """The names that this actor is shown, by account; one query.

    In full: one's own, and staff among staff. Everything else is masked; unknown and erased accounts have an empty name.
    """
    enter(actor, "person.read")
    rows = Account.objects.filter(pk__in=set(account_ids)).values_list("id", "kind", "name_cipher")
    return {AccountId(pk): _shown(actor, AccountId(pk), kind, cipher) for pk, kind, cipher in rows}


def _open(cipher: bytes | memoryview | None) -> str:
    return secrecy.unseal(bytes(cipher)) if cipher else ""


def _shown(actor: Actor, account_id: AccountId, kind: str, cipher: bytes | memoryview | None) -> str:
    name = _open(cipher)
    among_staff = kind == ActorKind.STAFF and actor.kind in (ActorKind.STAFF, ActorKind.SYSTEM)
    return name if among_staff or account_id == actor.account_id else secrecy.mask_name(name)


def person(actor: Actor, account_id: AccountId) -> Person:
    """A person with masked name and phone; in full only to oneself. For staff who deal with people, or who may open a
    phone somewhere: their page decides of whom. Raises NotFound.
    """
    own = actor.account_id == account_id
    if not own:
        if actor.kind == ActorKind.RESIDENT:
            raise NotAllowed(action="person.find")
        if permission.reach(actor, "person.unmask").nothing:
            enter(actor, "person.find")
    return _person(account_id, full=own)


def unmasked(actor: Actor, seen: PersonUnmasked) -> Person:
    """A person in full, for the one whose looking was just recorded (steps.unmask_person). Raises NotAllowed, NotFound."""
    enter(actor, "person.unmask")
    if seen.by != actor.account_id:
        raise NotAllowed(action="person.unmask")
    return _person(seen.account_id, full=True)


def _person(account_id: AccountId, *, full: bool) -> Person:
    row = Account.objects.filter(pk=account_id).only("kind", "name_cipher", "phone_cipher").first()
    if row is None:
        raise NotFound
    name = _open(row.name_cipher)
    phone = _open(row.phone_cipher)
    if not full:
        name, phone = secrecy.mask_name(name), secrecy.mask_phone(phone) if phone else ""
    return Person(account_id, ActorKind(row.kind), name, phone, full)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened one's name and phone: when, by which role and department, for what, about which case; never who.

    `purpose` is a code of the case's list; where it is empty, `reason` says it in words.
    """

    at: datetime
    role: str
    team_id: TeamId | None
    purpose: str
    reason: str
    about: str


def looks_at_me(actor: Actor) -> tuple[Look, ...]:
    """Who opened one's own name and phone, the newest first. Raises LogInFirst."""
    enter(actor, "account.change_own")
    if actor.account_id is None:
        raise NotFound
    looks = [
        Look(one.entry.happened_at, seen.role, seen.team_id, seen.purpose, one.entry.reason, seen.about)
        for one in journal.history("account", actor.account_id)
        if isinstance(seen := one.fact, PersonUnmasked) and seen.by != actor.account_id
    ]
    return tuple(reversed(looks))


def account_by_phone(actor: Actor, phone: str) -> AccountId | None:
    """The account with this phone, found by its keyed hash; None when there is none. Raises BadPhone."""
    enter(actor, "person.find")
    hmac = secrecy.keyed_hash(rules.phone(phone))
    found = Account.objects.filter(phone_hmac=hmac).values_list("id", flat=True).first()
    return AccountId(found) if found else None


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """What an account's holder sees and may change of it."""

    account_id: AccountId
    username: str
    name: str
    phone: str
    language: str
    large_type: bool


def own_details(actor: Actor) -> OwnDetails:
    """One's own details, in full. Raises LogInFirst."""
    enter(actor, "account.change_own")
    if actor.account_id is None:
        raise NotFound
    row = Account.objects.get(pk=actor.account_id)
    return OwnDetails(
        AccountId(row.id),
        row.username or "",
        _open(row.name_cipher),
        _open(row.phone_cipher),
        row.language,
        row.large_type,
    )


def has_second_factor(actor: Actor) -> bool:
    """Whether one's own log-in takes a code of an app. Raises LogInFirst."""
    enter(actor, "account.set_second_factor")
    own = Account.objects.filter(pk=actor.account_id) if actor.account_id else Account.objects.none()
    return own.filter(totp_cipher__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where somebody wants notices by mail, and in which language."""

    address: str
    language: str


def mailbox(actor: Actor, account_id: AccountId) -> Mailbox | None:
    """The mail address of a member of staff who may log in, in full: for themselves, and for the timer that writes to it.

    None when there is none. Raises NotAllowed for anybody else.
    """
    if actor.kind != ActorKind.SYSTEM and actor.account_id != account_id:
        raise NotAllowed(action="account.set_mail_address")
    row = Account.objects.filter(pk=account_id, active=True, email_cipher__isnull=False).first()
    return Mailbox(_open(row.email_cipher), row.language) if row else None


# --- accounts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role of an account, with the grant's id for taking it back."""

    grant_id: UUID
    role: str
    scope: ScopeKind
    scope_id: UUID | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account of staff, for those who administer them and for the team's own list."""

    account_id: AccountId
    username: str
    name: str
    active: bool
    demonstration: bool
    roles: tuple[HeldRole, ...]
    has_password: bool
    """Without one nobody can log in yet."""
    second_factor: bool
    """Whether logging in takes a code of an app."""

    def actor(self) -> Actor:
        """The actor that this account's session has."""
        held = tuple(Held(role.role, role.scope, role.scope_id) for role in self.roles)
        return Actor(ActorKind.STAFF, self.account_id, held)


def accounts(actor: Actor) -> tuple[AccountCard, ...]:
    """Every account of staff with its roles, by username. Two queries."""
    enter(actor, "account.list")
    return _cards(actor, kind="staff", erased=False)


def staff(actor: Actor) -> tuple[Actor, ...]:
    """Everybody of the staff who may log in, as the actor that their session has; no names. Two queries."""
    enter(actor, "account.list")
    rows = Account.objects.filter(kind="staff", active=True, erased=False).only("id").prefetch_related("grants")
    return tuple(
        Actor(
            ActorKind.STAFF,
            AccountId(row.id),
            tuple(Held(one.role, ScopeKind(one.scope), one.scope_id) for one in row.grants.all()),
        )
        for row in rows
    )


def real_people_have_accounts(actor: Actor) -> bool:
    """Whether anybody, of the staff or not, has an account that is not one of a demonstration's. One query."""
    enter(actor, "account.list")
    return Account.objects.filter(demonstration=False, erased=False).exists()


def account(actor: Actor, account_id: AccountId) -> AccountCard:
    """One account of staff with its roles. Two queries. Raises NotFound."""
    enter(actor, "account.list")
    cards = _cards(actor, kind="staff", erased=False, pk=account_id)
    if not cards:
        raise NotFound
    return cards[0]


def still_acting(account_id: UUID, action: str) -> Actor:
    """Who handed in work for later, with the roles held now. Raises NotFound or NotAllowed when that is nobody who may act any more."""
    card = account(SYSTEM, AccountId(account_id))
    if not card.active:
        raise NotAllowed(action=action)
    return card.actor()


def members(actor: Actor, team_id: TeamId) -> tuple[AccountCard, ...]:
    """Who holds a role in a team and may log in. Two queries."""
    enter(actor, "team.members")
    held = Grant.objects.filter(scope=ScopeKind.TEAM, scope_id=team_id).values("account_id")
    return _cards(actor, kind="staff", active=True, pk__in=held)


def holders(actor: Actor, role: str) -> tuple[AccountCard, ...]:
    """Who holds a role, wherever, and may log in, by username. Two queries."""
    enter(actor, "team.members")
    held = Grant.objects.filter(role=role).values("account_id")
    return _cards(actor, kind="staff", active=True, erased=False, pk__in=held)


def demonstration_accounts(actor: Actor) -> tuple[AccountCard, ...]:
    """The invented staff of a demonstration, for the start page's log-in per role. Their names are invented too."""
    enter(actor, "session.demonstrate")
    return _cards(SYSTEM, kind="staff", demonstration=True, active=True)


def demonstration_residents(actor: Actor) -> tuple[Person, ...]:
    """The invented residents of a demonstration, in full."""
    enter(actor, "session.demonstrate")
    rows = Account.objects.filter(kind="resident", demonstration=True, active=True).order_by("id")
    return tuple(_person(AccountId(pk), full=True) for pk in rows.values_list("id", flat=True))


def _cards(actor: Actor, **which: object) -> tuple[AccountCard, ...]:
    rows = Account.objects.filter(**which).order_by("username").prefetch_related("grants")
    return tuple(
        AccountCard(
            AccountId(row.id),
            row.username or "",
            _shown(actor, AccountId(row.id), row.kind, row.name_cipher),
            row.active,
            row.demonstration,
            tuple(HeldRole(g.id, g.role, ScopeKind(g.scope), g.scope_id) for g in row.grants.all()),
            is_password_usable(row.password),
            row.totp_cipher is not None,
        )
        for row in rows
    )
