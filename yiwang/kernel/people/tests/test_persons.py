"""What the town keeps of a person, who sees how much of it, and that it can be taken back."""

import pytest

from yiwang.kernel.journal.queries import history
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people import passwords, queries
from yiwang.kernel.people.models import Account, Grant, Team
from yiwang.kernel.people.problems import (
    LastAdministrator,
    PhoneTaken,
    ReasonMissing,
    RoleHeld,
    TeamCodeTaken,
    UsernameTaken,
    WeakPassword,
)
from yiwang.kernel.people.steps import accounts, teams
from yiwang.kernel.people.tests.conftest import of_team, town_wide
from yiwang.kernel.problems import LogInFirst, NotAllowed, NotFound
from yiwang.kernel.terms import VISITOR, Actor, ActorKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(system):
    return accounts.register_resident("19900000009", name="王演示", call=system()).account_id


def resident_actor(account_id):
    return Actor(ActorKind.RESIDENT, account_id)


def staff(account_id, *grants):
    return Actor(ActorKind.STAFF, account_id, grants)


def test_names_are_masked_for_everyone_but_oneself_and_staff_among_staff(handler, resident):
    colleague = staff(None, town_wide("dispatcher"))
    table = {
        "a visitor sees staff": (queries.name_for(VISITOR, handler), "张**"),
        "a visitor sees a resident": (queries.name_for(VISITOR, resident), "王**"),
        "a resident sees staff": (queries.name_for(resident_actor(resident), handler), "张**"),
        "a resident sees herself": (queries.name_for(resident_actor(resident), resident), "王演示"),
        "staff see staff": (queries.name_for(colleague, handler), "张演示"),
        "staff see a resident": (queries.name_for(colleague, resident), "王**"),
    }
    assert {case: seen for case, (seen, _) in table.items()} == {case: want for case, (_, want) in table.items()}


def test_a_phone_is_masked_until_somebody_looks_with_a_reason(resident, handler, called_by):
    dispatcher = called_by(handler, town_wide("dispatcher"))
    seen = queries.person(dispatcher.actor, resident)
    assert (seen.name, seen.phone) == ("王**", "199****0009")
    with pytest.raises(ReasonMissing):
        accounts.unmask_person(resident, call=dispatcher)
    looking = called_by(handler, town_wide("dispatcher"), reason="电话回访")
    fact = accounts.unmask_person(resident, call=looking)
    full = queries.unmasked(looking.actor, fact)
    assert (full.name, full.phone) == ("王演示", "19900000009")
    (entry,) = (placed.entry for placed in history("account", resident) if placed.entry.verb == "account.unmasked")
    assert (entry.reason, entry.actor) == ("电话回访", looking.actor.name)


def test_one_sees_who_looked_by_role_and_department_and_never_by_name(resident, handler, called_by, system):
    urban = queries.team_by_code(VISITOR, "urban").team_id
    accounts.unmask_person(resident, call=called_by(handler, town_wide("dispatcher"), reason="电话回访"))
    accounts.unmask_person(
        resident,
        purpose="first-contact",
        about="XH1",
        team_id=urban,
        call=called_by(handler, of_team("handler", urban), reason="XH1"),
    )
    looks = queries.looks_at_me(resident_actor(resident))
    assert [(one.role, one.team_id, one.purpose, one.reason, one.about) for one in looks] == [
        ("handler", urban, "first-contact", "XH1", "XH1"),
        ("dispatcher", None, "", "电话回访", ""),
    ]
    assert str(handler) not in str(looks)
    assert queries.looks_at_me(resident_actor(handler)) == ()
    with pytest.raises(LogInFirst):
        queries.looks_at_me(VISITOR)


def test_a_team_looks_on_its_own_ground_only(resident, handler, called_by, system):
    urban = queries.team_by_code(VISITOR, "urban").team_id
    other = teams.create_team("water", "department", name_zh="水务", name_en="Water", call=system()).team_id
    looking = called_by(handler, of_team("handler", urban), reason="先行联系")
    for ground in (None, other):
        with pytest.raises(NotAllowed):
            accounts.unmask_person(resident, team_id=ground, call=looking)
    assert accounts.unmask_person(resident, team_id=urban, call=looking).role == "handler"


def test_a_look_cannot_be_borrowed_by_another_or_taken_without_the_right(resident, handler, called_by):
    fact = accounts.unmask_person(resident, call=called_by(handler, town_wide("dispatcher"), reason="回访"))
    with pytest.raises(NotAllowed):
        queries.unmasked(staff(resident, town_wide("dispatcher")), fact)
    with pytest.raises(NotAllowed):
        accounts.unmask_person(resident, call=called_by(handler, town_wide("verifier"), reason="回访"))
    with pytest.raises(NotAllowed):
        queries.person(resident_actor(resident), handler)


def test_a_person_is_found_by_phone_without_reading_any(resident, handler):
    operator = staff(handler, town_wide("operator"))
    assert queries.account_by_phone(operator, "199-0000-0009") == resident
    assert queries.account_by_phone(operator, "19900000008") is None
    with pytest.raises(LogInFirst):
        queries.account_by_phone(VISITOR, "19900000009")


def test_one_changes_ones_own_details_and_nobody_elses_password(resident, handler, called_by):
    mine = called_by(resident, kind=ActorKind.RESIDENT)
    accounts.change_own_details(language="en", large_type=True, call=mine)
    accounts.change_own_details(name="王大演示", call=mine)
    own = queries.own_details(mine.actor)
    assert (own.name, own.phone, own.language, own.large_type) == ("王大演示", "19900000009", "en", True)
    with pytest.raises(NotAllowed):
        accounts.set_password(handler, "another-long-one", call=called_by(resident, town_wide("dispatcher")))
    with pytest.raises(WeakPassword):
        accounts.set_password(handler, "12345", call=called_by(handler, town_wide("dispatcher")))


def test_no_password_is_like_the_username_of_its_account(handler, system):
    username = Account.objects.get(pk=handler).username
    with pytest.raises(WeakPassword, match="password-weak") as refused:
        accounts.set_password(handler, f"{username}-2026", call=system())
    assert "username" not in refused.value.parameters["why"]
    with pytest.raises(WeakPassword):
        accounts.create_account("wang.demo.two", "王另示", password="wang.demo.two!", call=system())
    accounts.set_password(handler, "another-long-one", call=system())


def test_an_erased_person_is_blank_in_the_row_and_in_every_private_payload(resident, handler, called_by, system):
    mine = called_by(resident, kind=ActorKind.RESIDENT, reason="本人申请注销")
    accounts.change_own_details(name="王大演示", call=mine)
    accounts.erase_person(resident, call=mine)
    row = Account.objects.get(pk=resident)
    assert (row.name_cipher, row.name_hash, row.phone_cipher, row.phone_hmac) == (None, None, None, None)
    assert (row.active, row.erased) == (False, True)
    facts = [placed.fact for placed in history("account", resident, with_private=True)]
    assert [fact.fact_kind.verb for fact in facts] == [
        "account.registered",
        "account.changed",
        "account.erased",
        "entry.erased",
    ]
    assert (facts[0].name_cipher, facts[1].name_cipher, facts[1].name_hash) == (None, None, None)
    assert facts[0].phone_cipher is None
    assert queries.name_for(VISITOR, resident) == ""
    with pytest.raises(NotFound):
        accounts.reactivate(resident, call=system())
    again = accounts.register_resident("19900000009", call=system())
    assert again.account_id != resident


def test_only_oneself_or_the_administrator_erases_a_person(resident, handler, called_by):
    with pytest.raises(NotAllowed):
        accounts.erase_person(resident, call=called_by(handler, town_wide("dispatcher")))
    accounts.erase_person(handler, call=called_by(resident, town_wide("administrator"), reason="离职，本人申请"))
    assert Account.objects.get(pk=handler).username == f"erased-{handler}"
    assert not Grant.objects.filter(account_id=handler).exists()


def test_usernames_phones_team_codes_and_roles_are_given_once(handler, system):
    with pytest.raises(UsernameTaken):
        accounts.create_account("Zhang.Demo", "张另示", call=system())
    with pytest.raises(PhoneTaken):
        accounts.create_account("zhang.other", "张另示", phone="199 0000 0001", call=system())
    with pytest.raises(TeamCodeTaken):
        teams.create_team("urban", "department", name_zh="城建", name_en="Urban", call=system())
    team_id = Team.objects.get().id
    with pytest.raises(RoleHeld):
        accounts.grant_role(handler, "handler", scope_id=team_id, call=system())


def test_a_team_shows_its_members_and_a_revoked_role_ends_membership(handler, system):
    card = queries.team_by_code(VISITOR, "urban")
    actor = staff(handler, of_team("handler", card.team_id))
    (member,) = queries.members(actor, card.team_id)
    assert (member.name, member.actor().teams) == ("张演示", frozenset({card.team_id}))
    accounts.revoke_role(member.roles[0].grant_id, call=system())
    assert queries.members(actor, card.team_id) == ()
    with pytest.raises(LogInFirst):
        queries.members(VISITOR, card.team_id)


def test_the_last_administrator_cannot_be_ended_but_one_of_two_can(handler, system, called_by):
    def made(username):
        account_id = accounts.create_account(username, "陈演示", call=system()).account_id
        return account_id, accounts.grant_role(account_id, "administrator", call=system()).grant_id

    first, first_grant = made("admin.one")
    own_call = called_by(first, town_wide("administrator"), reason="本人申请")
    endings = {
        "role taken back": lambda: accounts.revoke_role(first_grant, call=own_call),
        "account closed": lambda: accounts.deactivate(first, call=own_call),
        "person erased": lambda: accounts.erase_person(first, call=own_call),
    }
    for name, end in endings.items():
        with pytest.raises(LastAdministrator):
            end()
        assert Grant.objects.filter(pk=first_grant).exists(), name
    second, second_grant = made("admin.two")
    accounts.deactivate(second, call=own_call)
    with pytest.raises(LastAdministrator):  # a closed account is not one who could let others in
        endings["role taken back"]()
    accounts.revoke_role(second_grant, call=own_call)
    accounts.reactivate(second, call=own_call)
    accounts.grant_role(second, "administrator", call=own_call)
    accounts.revoke_role(first_grant, call=own_call)
    accounts.deactivate(handler, call=called_by(second, town_wide("administrator")))


def test_a_team_is_on_duty_from_the_begin_of_a_shift_until_before_its_end(handler, system, clock):
    team_id = Team.objects.get().id
    actor = system().actor
    assert queries.reachable(actor, team_id, clock.now, office_open=True)
    begin = clock.now
    clock.pass_(hours=8)
    fact = teams.plan_shift(team_id, begin, clock.now, note="值班电话 0000", call=system())
    assert [shift.note for shift in queries.on_duty(actor, team_id, begin)] == ["值班电话 0000"]
    assert queries.on_duty(actor, team_id, clock.now) == ()
    assert queries.reachable(actor, team_id, begin, office_open=False)
    assert len(queries.shifts(actor, team_id, begin, clock.now)) == 1
    teams.cancel_shift(fact.shift_id, call=system())
    assert queries.on_duty(actor, team_id, begin) == ()


def test_replaying_the_journal_gives_the_same_rows_also_after_an_erasure(resident, handler, called_by, system, clock):
    other = accounts.register_resident("19900000008", name="李演示", call=system()).account_id
    accounts.set_password(handler, "another-long-one", call=system())
    teams.plan_shift(Team.objects.get().id, clock.now, clock.now.replace(hour=9), call=system())
    accounts.change_own_details(large_type=True, call=called_by(other, kind=ActorKind.RESIDENT))
    accounts.erase_person(resident, call=called_by(resident, kind=ActorKind.RESIDENT, reason="本人申请"))
    accounts.deactivate(handler, call=system())
    outcome = replay()
    assert outcome.differences == ()
    assert {"account", "account_grant", "team", "shift"} <= set(outcome.tables)


def test_a_password_is_kept_only_as_a_hash(handler):
    row = Account.objects.get(pk=handler)
    assert "long-enough-2026" not in row.password
    assert passwords.fits("long-enough-2026", row.password)
    assert not passwords.fits("long-enough-2027", row.password)
    assert not passwords.fits("anything", None)
