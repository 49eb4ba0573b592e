"""The end of an account: closed, then erased by hand or at term; nothing personal is left, what it did stands."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from fabrique.accounts import services
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Mandate, Role, User
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now, today, told_at
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.registry import account_erasers
from fabrique.councils import services as councils_services
from fabrique.councils.models import MemberOpinion
from fabrique.relays.models import RelayInvitation
from fabrique.web.shared.composition import composition_of
from tests.factories import accounts, councils
from tests.factories import relays as make_relays
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def closed(**account):
    return services.close_user(OPERATOR, user=accounts.user(**account))


def run(*words):
    out = StringIO()
    call_command("accounts", *words, stdout=out)
    return out.getvalue()


@pytest.mark.both_databases
def test_an_erased_account_keeps_nothing_but_its_identifiers(administrator, lot, occitanie, client):
    user = accounts.user("Camille Fictive", "camille@exemple.test", accounts.PASSWORD)
    client.force_login(user)
    assert Session.objects.count() == 1
    services.grant_role(OPERATOR, user=user, code=RoleCode.READER, territory=lot)
    body = councils.a_body(lot)
    services.grant_mandate(OPERATOR, body=body, user=user, name_public=True)
    services.close_user(OPERATOR, user=user)
    services.erase_user(administrator, user=user)
    user = User.objects.get(pk=user.pk)
    assert user.full_name == services.ERASED_NAME
    assert "camille" not in user.email
    assert not user.has_usable_password()
    assert (user.is_active, user.last_login) == (False, None)
    assert user.erased_at is not None
    assert not Session.objects.exists()
    assert not Role.objects.of(user).exists()
    assert not Mandate.objects.of(user).lasting_beyond(today()).exists()
    assert composition_of(body).named == [], "the public page shows no name, only seats"
    line = JournalLine.objects.get(verb="accounts.erase_user")
    assert (line.object_reference, line.actor_reference) == (user.public_id, administrator.user.public_id)


def test_a_mandate_to_come_never_begins(lot):
    user = accounts.user()
    later = today() + timedelta(days=30)
    services.grant_mandate(OPERATOR, body=councils.a_body(lot), user=user, starts_on=later)
    services.close_user(OPERATOR, user=user)
    services.erase_user(OPERATOR, user=user)
    assert not Mandate.objects.exists()


def test_a_mandate_put_off_after_an_opinion_was_given_ends_and_the_opinion_stays(lot, occitanie):
    body = councils.a_body(lot)
    member = councils.a_member(body)
    session = councils.called(body)
    councils_services.write_member_opinion(
        member, item=councils.item_of(session), sense="favorable", text="Oui."
    )
    mandate = councils.mandate_of(member)
    later = today() + timedelta(days=5)
    services.edit_mandate(
        OPERATOR, mandate=mandate, college=None, seat=mandate.seat, starts_on=later, ends_on=None
    )
    services.close_user(OPERATOR, user=member.user)
    services.erase_user(OPERATOR, user=member.user)
    assert not Mandate.objects.of(member.user).lasting_beyond(today()).exists()
    assert MemberOpinion.objects.filter(mandate=mandate).exists()


def test_an_account_that_fails_does_not_hold_the_others_back(occitanie, settings, monkeypatch):
    with told_at(now() - timedelta(days=settings.FABRIQUE_CLOSED_ACCOUNT_DAYS + 1)):
        first, second = closed(), closed()

    def failing(user_id):
        if user_id == first.pk:
            raise RuntimeError("a fault of another app")
        return 0

    monkeypatch.setattr(account_erasers, "_entries", {"failing": failing}, raising=False)
    assert services.erase_closed_users() == 1
    assert User.objects.get(pk=first.pk).erased_at is None
    assert User.objects.get(pk=second.pk).erased_at is not None


def test_the_links_sent_to_a_relay_go_with_the_account(lot):
    relay = make_relays.accepted()
    user = User.objects.get(email=relay.contact_email)
    assert RelayInvitation.objects.filter(user=user).exists()
    services.close_user(OPERATOR, user=user)
    services.erase_user(OPERATOR, user=user)
    assert not RelayInvitation.objects.exists()


def test_what_cannot_be_erased_is_refused(occitanie):
    with pytest.raises(Refused) as refused:
        services.erase_user(OPERATOR, user=accounts.user())
    assert refused.value.code == "accounts.still_open"
    user = services.erase_user(OPERATOR, user=closed())
    with pytest.raises(Refused) as refused:
        services.erase_user(OPERATOR, user=user)
    assert refused.value.code == "accounts.erased_already"
    with pytest.raises(Refused) as refused:
        services.reopen_user(OPERATOR, user=user)
    assert refused.value.code == "accounts.erased"


def test_who_erases(personas, lot, occitanie):
    services.erase_user(personas[RoleCode.DATA_PROTECTION], user=closed())
    with pytest.raises(Forbidden):
        services.erase_user(personas[RoleCode.PLAN_LEAD], user=closed())
    beyond = accounts.agent(RoleCode.READER, occitanie).user
    services.close_user(OPERATOR, user=beyond)
    with pytest.raises(Forbidden):
        services.erase_user(accounts.agent(RoleCode.ADMINISTRATOR, lot), user=beyond)


def test_closed_accounts_are_erased_at_their_term(occitanie, settings):
    settings.FABRIQUE_CLOSED_ACCOUNT_DAYS = 365
    closed()
    back = services.reopen_user(OPERATOR, user=closed())
    still = accounts.user()
    with told_at(now() + timedelta(days=364)):
        assert services.erase_closed_users() == 0
    with told_at(now() + timedelta(days=366)):
        assert services.erase_closed_users() == 1
        assert services.erase_closed_users() == 0
    assert set(User.objects.filter(erased_at=None)) == {back, still}


def test_the_command_opens_the_first_account_and_ends_it(lot, monkeypatch):
    monkeypatch.setattr(
        "fabrique.accounts.management.commands.accounts.getpass", lambda asked: accounts.PASSWORD
    )
    run("open", "une@exemple.test", "Une Fictive")
    run("grant", "une@exemple.test", RoleCode.ADMINISTRATOR, "departement:46")
    assert "Une Fictive · une@exemple.test · ouvert · administrateur (Lot)" in run("list")
    with pytest.raises(CommandError, match="Fermez-le"):
        run("erase", "une@exemple.test", "--yes")
    run("close", "une@exemple.test")
    run("reopen", "une@exemple.test")
    run("close", "une@exemple.test")
    with pytest.raises(CommandError, match="Rien n’a été effacé"):
        run("erase", "une@exemple.test")
    run("erase", "une@exemple.test", "--yes")
    assert "Comptes effacés : 1" in run("list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("close", "personne@exemple.test"), "Aucun compte"),
        (("grant", "une@exemple.test", "lecteur", "departement:999"), "pas connu"),
        (("open", "pas une adresse", "Une"), "adresse"),
    ],
)
def test_the_command_says_what_it_refuses(lot, monkeypatch, words, said):
    monkeypatch.setattr(
        "fabrique.accounts.management.commands.accounts.getpass", lambda asked: accounts.PASSWORD
    )
    with pytest.raises(CommandError, match=said):
        run(*words)
