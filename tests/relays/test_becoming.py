"""From a request to a relay at work: who decides, what each decision does, one-time links, forgetting.

Fed by factories/relays.py. Feeds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from fabrique.accounts.actors import Respondent, System
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Organisation, Role, User
from fabrique.accounts.services import close_user
from fabrique.audit.models import JournalLine
from fabrique.common.clock import told_at
from fabrique.common.errors import Forbidden, Refused
from fabrique.relays import services
from fabrique.relays.enums import EndReason, RelayState
from fabrique.relays.models import Relay, RelayInvitation
from tests.factories import accounts, relays
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie"), pytest.mark.both_databases]
REASONED: list[Callable[..., Relay]] = [
    services.refuse_relay,
    services.suspend_relay,
    services.close_relay,
]


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


# --- asking


def test_a_request_waits_with_its_contact_sealed_and_its_charter_dated() -> None:
    relay = relays.asked("Mairie d’Essai", contact_email="Mairie@Relais.test")
    assert relay.state == RelayState.ASKED
    assert relay.charter_accepted_at is not None
    assert relay.contact_email == "mairie@relais.test"
    raw = Relay.objects.extra(select={"raw": "contact_email"}).values_list("raw", flat=True).get()
    assert "relais.test" not in raw
    assert not Organisation.objects.exists(), "a stranger's request makes no organisation"
    line = JournalLine.objects.get(verb="relays.ask")
    assert line.actor_kind == "respondent"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " … "}, "relay.name"),
        ({"contact_name": " "}, "relay.contact"),
        ({"contact_email": "accueil"}, "relay.email"),
        ({"charter": False}, "relay.charter"),
    ],
)
def test_what_is_missing_is_refused_with_its_code(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        relays.asked(**{"name": "Mairie d’Essai", **given})
    assert code_of(refused) == code
    assert not Relay.objects.exists()


def test_the_same_request_twice_is_one_and_another_persons_is_told() -> None:
    first = relays.asked("Mairie d’Essai", contact_email="a@relais.test")
    again = relays.asked("MAIRIE D’ESSAI", contact_email="a@relais.test")
    assert again == first
    with pytest.raises(Refused) as refused:
        relays.asked("Mairie d'essai", contact_email="b@relais.test")
    assert code_of(refused) == "relay.exists"
    assert relays.asked("Mairie d’Essai", territory=department("30")) != first


# --- deciding


def test_accepting_makes_the_organisation_the_account_the_role_and_the_message() -> None:
    relay = relays.accepted("Mairie d’Essai")
    user = User.objects.get(email=relay.contact_email)
    role = Role.objects.current().get(user=user)
    assert (role.code, role.organisation, role.territory) == (
        RoleCode.RELAY,
        relay.organisation,
        relay.territory,
    )
    assert not user.has_usable_password()
    [letter] = relays.letters_to(relay.contact_email)
    assert "/relais/invitation/" in letter.text
    with pytest.raises(Refused) as refused:
        services.accept_relay(OPERATOR, relay=relay)
    assert code_of(refused) == "relay.decided"


@pytest.mark.parametrize("code", [c for c in RoleCode.values if c not in ("administrateur", "organisateur")])
def test_other_roles_decide_nothing(personas: Any, code: str) -> None:
    relay = relays.asked()
    with pytest.raises(Forbidden):
        services.accept_relay(personas[code], relay=relay)
    for verb in REASONED:
        with pytest.raises(Forbidden):
            verb(personas[code], relay=relay, reason=EndReason.OVER)
    with pytest.raises(Forbidden):
        services.resume_relay(personas[code], relay=relay)
    relay.refresh_from_db()
    assert relay.state == RelayState.ASKED


def test_an_organiser_of_another_department_neither_sees_nor_decides() -> None:
    relay = relays.asked()
    elsewhere = accounts.agent(RoleCode.MEETING_ORGANISER, department("30"))
    here = accounts.agent(RoleCode.MEETING_ORGANISER, department("46"))
    assert not Relay.objects.visible_to(elsewhere).exists()
    with pytest.raises(Forbidden):
        services.accept_relay(elsewhere, relay=relay)
    assert list(Relay.objects.visible_to(here)) == [relay]
    assert services.accept_relay(here, relay=relay).state == RelayState.ACCEPTED


def test_a_refusal_says_why_and_opens_nothing() -> None:
    relay = services.refuse_relay(OPERATOR, relay=relays.asked(), reason=EndReason.OUTSIDE)
    assert (relay.state, relay.reason) == (RelayState.REFUSED, EndReason.OUTSIDE)
    assert "hors du territoire" in relays.letters_to(relay.contact_email)[0].text
    assert not User.objects.filter(email=relay.contact_email).exists()
    again = relays.asked(relay.name)
    assert again != relay, "a refusal does not forbid to ask again"


def test_suspending_shuts_the_relay_and_resuming_opens_it() -> None:
    relay = relays.accepted()
    person = relays.person_of(relay)
    services.require_own(person, relay=relay)
    relay = services.suspend_relay(OPERATOR, relay=relay, reason=EndReason.NEUTRALITY)
    with pytest.raises(Refused) as refused:
        services.require_own(person, relay=relay)
    assert code_of(refused) == "relay.suspended"
    relay = services.resume_relay(OPERATOR, relay=relay)
    services.require_own(person, relay=relay)
    with pytest.raises(Refused) as refused:
        services.resume_relay(OPERATOR, relay=relay)
    assert code_of(refused) == "relay.not_suspended"


def test_closing_ends_the_roles_and_the_accounts_that_held_no_other() -> None:
    relay = relays.accepted()
    alone = relays.person_of(relay)
    both = accounts.agent(RoleCode.READER, region(), email="lectrice@relais.test")
    services.invite_person(alone, relay=relay, email="lectrice@relais.test", full_name="Lectrice d’essai")
    waiting = services.invite_person(alone, relay=relay, email="tard@relais.test", full_name="Tard")
    relay = services.close_relay(OPERATOR, relay=relay, reason=EndReason.OVER)
    alone.user.refresh_from_db()
    both.user.refresh_from_db()
    assert not alone.user.is_active
    assert both.user.is_active
    assert not Relay.objects.of(both).exists()
    assert services.invitation_of(relays.token_for(waiting.email)) is None
    for verb in (services.close_relay, services.suspend_relay):
        with pytest.raises(Refused):
            verb(OPERATOR, relay=relay, reason=EndReason.OVER)


def test_a_person_acts_for_one_relay_of_a_territory_only() -> None:
    relays.accepted(contact_email="meme@relais.test")
    second = relays.asked(contact_email="meme@relais.test")
    with pytest.raises(Refused) as refused:
        services.accept_relay(OPERATOR, relay=second)
    assert code_of(refused) == "relay.person_elsewhere"
    second.refresh_from_db()
    assert second.state == RelayState.ASKED, "nothing is half done"
    assert second.organisation is None


def test_a_closed_relay_accepted_again_finds_its_person_back_with_a_new_password() -> None:
    first = relays.accepted("Mairie d’Essai", contact_email="mairie@relais.test")
    before = relays.person_of(first)
    services.close_relay(OPERATOR, relay=first, reason=EndReason.OVER)
    again = relays.accepted("Mairie d’Essai", contact_email="mairie@relais.test")
    user = User.objects.get(pk=before.user.pk)
    assert user.is_active
    assert not user.has_usable_password()
    assert JournalLine.objects.get(verb="accounts.reopen_user").actor_kind == "system"
    services.require_own(relays.person_of(again), relay=again)


def test_accepting_a_relay_does_not_reopen_the_account_of_an_agent_who_left() -> None:
    left = accounts.agent(RoleCode.ADMINISTRATOR, region(), email="partie@relais.test")
    close_user(OPERATOR, user=left.user)
    request = relays.asked(contact_email="partie@relais.test")
    with pytest.raises(Refused) as refused:
        services.accept_relay(OPERATOR, relay=request)
    assert code_of(refused) == "accounts.closed"
    assert not User.objects.get(pk=left.user.pk).is_active


def test_a_relay_reopens_nobody_itself_and_who_decides_does() -> None:
    relay = relays.accepted()
    closed = close_user(OPERATOR, user=accounts.user(email="collegue@relais.test"))
    given = {"relay": relay, "email": closed.email, "full_name": "Collègue d’essai"}
    with pytest.raises(Refused) as refused:
        services.invite_person(relays.person_of(relay), **given)
    assert code_of(refused) == "accounts.closed"
    assert services.invite_person(OPERATOR, **given).is_active


# --- one-time links


def test_a_link_serves_once_and_its_password_must_be_strong() -> None:
    relay = relays.accepted()
    token = relays.token_for(relay.contact_email)
    assert not RelayInvitation.objects.filter(token_hash__contains=token).exists()
    with pytest.raises(ValidationError):
        services.use_invitation(Respondent(), token=token, password="court")
    user = services.use_invitation(Respondent(), token=token, password=accounts.PASSWORD)
    assert user.check_password(accounts.PASSWORD)
    with pytest.raises(Refused) as refused:
        services.use_invitation(Respondent(), token=token, password="autre-phrase-longue-4")
    assert code_of(refused) == "invitation.over"
    user.refresh_from_db()
    assert user.check_password(accounts.PASSWORD)


def test_a_link_expires_and_a_new_one_cancels_it() -> None:
    relay = relays.accepted()
    first = relays.token_for(relay.contact_email)
    with told_at(timezone.now() + timedelta(days=7, minutes=1)):
        assert services.invitation_of(first) is None
    services.invite_person(OPERATOR, relay=relay, email=relay.contact_email, full_name="Accueil")
    assert services.invitation_of(first) is None
    assert services.invitation_of(relays.token_for(relay.contact_email)) is not None


def test_who_has_a_password_gets_no_link() -> None:
    relay = relays.accepted()
    person = relays.person_of(relay)
    services.invite_person(person, relay=relay, email=person.user.email, full_name="Accueil")
    assert "/relais/invitation/" not in relays.letters_to(person.user.email)[-1].text


def test_only_the_relay_and_who_decides_invite(personas: Any) -> None:
    relay, other = relays.accepted(), relays.accepted()
    for actor in (relays.person_of(other), personas[RoleCode.RELAY], personas[RoleCode.READER]):
        with pytest.raises(Forbidden):
            services.invite_person(actor, relay=relay, email="x@relais.test", full_name="X")
    assert not User.objects.filter(email="x@relais.test").exists()


# --- forgetting


def test_the_contact_of_an_ended_relay_goes_after_thirty_days() -> None:
    relay = services.refuse_relay(OPERATOR, relay=relays.asked(), reason=EndReason.OUTSIDE)
    kept = relays.accepted()
    assert services.erase_old_contacts(System("tests")) == 0
    with told_at(timezone.now() + timedelta(days=31)):
        assert services.erase_old_contacts(System("tests")) == 1
        assert services.erase_old_contacts(System("tests")) == 0
    relay.refresh_from_db()
    kept.refresh_from_db()
    assert (relay.contact_name, relay.contact_email, relay.presentation) == ("", "", "")
    assert kept.contact_email
    with pytest.raises(Forbidden):
        services.erase_old_contacts(Respondent())
