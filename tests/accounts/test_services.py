"""Accounts and roles: opened, closed, given, taken back; each with its line, each with its refusals."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role, User
from fabrique.accounts.services import close_user, create_user, end_role, grant_role, reopen_user
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from tests.factories import accounts

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def lines(verb):
    return list(JournalLine.objects.filter(verb=verb).order_by("pk"))


def test_an_account_is_opened_with_its_line(administrator):
    user = create_user(
        administrator, email="Camille@Exemple.TEST", full_name="Camille", password="x7-grenouille-9"
    )
    assert user.email == "camille@exemple.test"
    assert user.check_password("x7-grenouille-9")
    line = lines("accounts.create_user")[-1]
    assert (line.object_reference, line.actor_reference) == (user.public_id, administrator.user.public_id)
    assert "camille" not in f"{line.reason}{line.object_reference}"


def test_an_account_without_a_password_cannot_sign_in(operator, client, occitanie):
    user = accounts.user()
    assert not user.has_usable_password()
    assert not client.login(username=user.email, password="")


def test_signing_in_does_not_mind_the_case_of_the_address(client, occitanie):
    accounts.user(email="camille@exemple.test", password=accounts.PASSWORD)
    assert client.login(username="CAMILLE@exemple.test", password=accounts.PASSWORD)


@pytest.mark.parametrize("password", ["court", "password1234", "camille@exemple.test"])
def test_a_weak_password_is_refused(operator, occitanie, password):
    with pytest.raises(ValidationError):
        create_user(operator, email="camille@exemple.test", full_name="Camille", password=password)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "full_name"), [("pas une adresse", "Camille"), ("", "Camille"), ("c@e.test", "")]
)
def test_an_incomplete_account_is_refused(operator, occitanie, email, full_name):
    with pytest.raises(ValidationError):
        create_user(operator, email=email, full_name=full_name)


def test_an_address_already_taken_is_refused_whatever_its_case(operator, occitanie):
    create_user(operator, email="camille@exemple.test", full_name="Camille")
    with pytest.raises(ValidationError):
        create_user(operator, email="CAMILLE@exemple.test", full_name="Une autre Camille")


def test_the_database_refuses_the_same_address_too(occitanie):
    accounts.user(email="camille@exemple.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Camille@exemple.test", full_name="Une autre")


def test_a_role_is_given_once_with_its_line(administrator, lot):
    user = accounts.user()
    first = grant_role(administrator, user=user, code=RoleCode.ANALYST, territory=lot)
    again = grant_role(administrator, user=user, code=RoleCode.ANALYST, territory=lot)
    assert first == again
    assert [
        line.reason for line in lines("accounts.grant_role") if line.object_reference == user.public_id
    ] == ["analyste"]


def test_a_role_that_does_not_exist_is_refused(operator, lot):
    with pytest.raises(Refused) as refused:
        grant_role(operator, user=accounts.user(), code="roi", territory=lot)
    assert refused.value.code == "accounts.unknown_role"


def test_a_closed_account_receives_no_role(operator, lot):
    user = close_user(operator, user=accounts.user())
    with pytest.raises(Refused) as refused:
        grant_role(operator, user=user, code=RoleCode.READER, territory=lot)
    assert refused.value.code == "accounts.closed"


def test_a_role_taken_back_keeps_its_row_and_can_be_given_again(operator, lot):
    agent = accounts.agent(RoleCode.READER, lot)
    ended = end_role(operator, role=accounts.role_of(agent))
    assert ended.ended_at is not None
    grant_role(operator, user=agent.user, code=RoleCode.READER, territory=lot)
    assert Role.objects.filter(user=agent.user).count() == 2
    assert Role.objects.current().filter(user=agent.user).count() == 1
    assert lines("accounts.end_role")[-1].reason == "lecteur"


def test_a_role_is_taken_back_once(operator, lot):
    role = accounts.role_of(accounts.agent(RoleCode.READER, lot))
    end_role(operator, role=role)
    with pytest.raises(Refused) as refused:
        end_role(operator, role=role)
    assert refused.value.code == "accounts.role_ended"
    assert len(lines("accounts.end_role")) == 1


def test_an_account_is_closed_once(operator, occitanie):
    user = accounts.user()
    close_user(operator, user=user)
    with pytest.raises(Refused) as refused:
        close_user(operator, user=user)
    assert refused.value.code == "accounts.closed"


def test_a_closed_account_reopens_without_its_password_once_and_with_its_line(administrator, client):
    user = accounts.user(password=accounts.PASSWORD)
    close_user(administrator, user=user)
    user = reopen_user(administrator, user=user)
    assert user.is_active
    assert not user.has_usable_password()
    assert not client.login(username=user.email, password=accounts.PASSWORD)
    with pytest.raises(Refused) as refused:
        reopen_user(administrator, user=user)
    assert refused.value.code == "accounts.open"
    [line] = lines("accounts.reopen_user")
    assert (line.object_reference, line.actor_reference) == (user.public_id, administrator.user.public_id)


def test_the_database_refuses_the_same_role_twice(lot):
    agent = accounts.agent(RoleCode.READER, lot)
    held = accounts.role_of(agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(user=agent.user, code=held.code, territory=lot, granted_at=held.granted_at)


@pytest.mark.parametrize("code", [code for code in RoleCode.values if code != RoleCode.ADMINISTRATOR])
def test_only_administrators_touch_accounts(personas, lot, code):
    actor, other = personas[code], accounts.agent(RoleCode.READER, lot)
    attempts = [
        lambda: create_user(actor, email="n@exemple.test", full_name="N"),
        lambda: grant_role(actor, user=actor.user, code=RoleCode.ADMINISTRATOR, territory=lot),
        lambda: end_role(actor, role=accounts.role_of(other)),
        lambda: close_user(actor, user=other.user),
        lambda: reopen_user(actor, user=other.user),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()


def test_an_administrator_of_a_department_gives_no_role_beyond_it(lot, gard, occitanie):
    administrator = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    grant_role(administrator, user=accounts.user(), code=RoleCode.READER, territory=lot)
    for beyond in (gard, occitanie):
        with pytest.raises(Forbidden):
            grant_role(administrator, user=accounts.user(), code=RoleCode.READER, territory=beyond)


def test_nor_closes_the_account_of_somebody_who_acts_beyond_it(lot, occitanie):
    administrator = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    close_user(administrator, user=accounts.agent(RoleCode.READER, lot).user)
    with pytest.raises(Forbidden):
        close_user(administrator, user=accounts.agent(RoleCode.READER, occitanie).user)


def test_nor_reopens_it(operator, lot, occitanie):
    administrator = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    here, beyond = accounts.agent(RoleCode.READER, lot), accounts.agent(RoleCode.READER, occitanie)
    for agent in (here, beyond):
        close_user(operator, user=agent.user)
    assert reopen_user(administrator, user=here.user).is_active
    with pytest.raises(Forbidden):
        reopen_user(administrator, user=beyond.user)


def test_a_respondent_touches_no_account(respondent, lot):
    with pytest.raises(Forbidden):
        create_user(respondent, email="n@exemple.test", full_name="N")


def test_who_holds_a_role_today(operator, lot, gard):
    one = accounts.agent(RoleCode.APPROVER, lot, full_name="Une")
    two = accounts.agent(RoleCode.APPROVER, gard, full_name="Deux")
    accounts.grant_role(operator, user=one.user, code=RoleCode.APPROVER, territory=gard)
    gone = accounts.agent(RoleCode.APPROVER, gard, full_name="Partie")
    close_user(operator, user=gone.user)
    past = accounts.agent(RoleCode.APPROVER, gard, full_name="Passée")
    end_role(operator, role=accounts.role_of(past))
    assert list(User.objects.holding(RoleCode.APPROVER)) == [two.user, one.user]
    assert [role.territory.code for role in Role.objects.of(one.user)] == ["30", "46"]
