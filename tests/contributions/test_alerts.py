"""Alerts of distress: raised once a participation, addressed to a named agent, announced without a word of the text.

Fed by factories/contributions.py and personas. Feeds confidence in services.alerts.
"""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.services import end_role
from fabrique.audit.models import JournalLine
from fabrique.common.actors import System
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import AlertOutcome, Channel
from fabrique.contributions.models import Alert
from fabrique.contributions.services import (
    Profile,
    close_alert,
    name_alert_contact,
    notify_alerts,
    reveal_alert,
)
from fabrique.subscriptions.services import send_due
from tests.factories import accounts
from tests.factories.contributions import a_participation, a_source
from tests.factories.territories import OPERATOR, commune, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
DISTRESS = "Je veux en finir avec la vie, appelez le 06 12 34 56 78."


def distressed(**more):
    return a_participation(a_source(), texts={"needs": DISTRESS, "ideas": "Mon mari me frappe"}, **more)


def refusal(code: str):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def test_one_alert_a_participation_whatever_its_texts() -> None:
    one = distressed()
    assert one.alert.kinds == ["suicide", "violence"]
    assert one.alert.assigned_to is None


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.TELEPHONE, Channel.WRITTEN])
def test_every_channel_raises_it(channel) -> None:
    assert distressed(channel=channel).alert


def test_a_text_imported_from_another_platform_alerts_nobody() -> None:
    distressed(channel=Channel.IMPORT)
    assert not Alert.objects.exists()


def test_an_ordinary_text_raises_nothing() -> None:
    a_participation(a_source(), texts={"needs": "En finir avec les délais"})
    assert not Alert.objects.exists()


def test_the_agent_of_the_department_receives_it_rather_than_that_of_the_region(personas) -> None:
    director = personas[RoleCode.APPROVER]
    here = accounts.agent(RoleCode.MODERATOR, department("46"), email="lot@exemple.test")
    name_alert_contact(director, territory=region(), user=personas[RoleCode.MODERATOR].user)
    name_alert_contact(director, territory=department("46"), user=here.user)
    assert distressed(profile=Profile(territory=commune("Cahors"))).alert.assigned_to == here.user
    assert distressed().alert.assigned_to == personas[RoleCode.MODERATOR].user


def test_the_agent_of_the_department_opens_an_alert_of_a_regional_source(personas) -> None:
    here = accounts.agent(RoleCode.MODERATOR, department("46"), email="lot@exemple.test")
    colleague = accounts.agent(RoleCode.MODERATOR, department("46"), email="autre@exemple.test")
    name_alert_contact(personas[RoleCode.APPROVER], territory=department("46"), user=here.user)
    alert = distressed(profile=Profile(territory=commune("Cahors"))).alert
    assert list(Alert.objects.visible_to(here)) == [alert]
    assert not Alert.objects.visible_to(colleague).exists()
    assert "06 12 34 56 78" in reveal_alert(here, alert=alert)[0].raw_text
    with pytest.raises(Forbidden):
        reveal_alert(colleague, alert=alert)
    assert close_alert(here, alert=alert, outcome=AlertOutcome.NO_WAY).closed_by == here.user


def test_who_lost_the_role_receives_no_alert_any_more(personas) -> None:
    director = personas[RoleCode.APPROVER]
    here = accounts.agent(RoleCode.MODERATOR, department("46"), email="lot@exemple.test")
    name_alert_contact(director, territory=department("46"), user=here.user)
    name_alert_contact(director, territory=region(), user=personas[RoleCode.MODERATOR].user)
    end_role(OPERATOR, role=here.user.roles.get())
    found = distressed(profile=Profile(territory=commune("Cahors"))).alert
    assert found.assigned_to == personas[RoleCode.MODERATOR].user


def test_naming_again_replaces(personas) -> None:
    director, analyst = personas[RoleCode.APPROVER], personas[RoleCode.ANALYST]
    name_alert_contact(director, territory=region(), user=personas[RoleCode.MODERATOR].user)
    name_alert_contact(director, territory=region(), user=analyst.user)
    assert distressed().alert.assigned_to == analyst.user


def test_somebody_who_could_not_read_them_is_not_named(personas) -> None:
    with refusal("alert.no_right"):
        name_alert_contact(
            personas[RoleCode.APPROVER], territory=region(), user=personas[RoleCode.EDITOR].user
        )
    with pytest.raises(Forbidden):
        name_alert_contact(
            personas[RoleCode.MODERATOR], territory=region(), user=personas[RoleCode.MODERATOR].user
        )


def test_the_named_agent_is_told_once_by_a_message_that_quotes_nothing(personas) -> None:
    name_alert_contact(
        personas[RoleCode.APPROVER], territory=region(), user=personas[RoleCode.MODERATOR].user
    )
    found = distressed().alert
    assert (notify_alerts(), notify_alerts()) == (1, 0)
    send_due(System("tests"))
    (message,) = mail.outbox
    assert message.to == [personas[RoleCode.MODERATOR].user.email]
    assert f"/agents/moderation/alertes/{found.public_id}/" in message.body
    for word in ("finir", "frappe", "06 12", "Mon mari"):
        assert word not in message.body


def test_reading_without_masks_leaves_a_line_in_the_journal(personas) -> None:
    moderator, alert = personas[RoleCode.MODERATOR], distressed().alert
    texts = reveal_alert(moderator, alert=alert)
    assert "06 12 34 56 78" in texts[0].raw_text
    assert JournalLine.objects.filter(verb="contributions.reveal_alert").count() == 1
    with pytest.raises(Forbidden):
        reveal_alert(personas[RoleCode.EDITOR], alert=alert)
    with refusal("alert.unnamed"):
        reveal_alert(OPERATOR, alert=alert)


def test_an_alert_is_closed_once_by_a_person_with_what_was_done(personas) -> None:
    moderator, alert = personas[RoleCode.MODERATOR], distressed().alert
    with refusal("alert.outcome"):
        close_alert(moderator, alert=alert, outcome="rien")
    closed = close_alert(moderator, alert=alert, outcome=AlertOutcome.NO_WAY)
    assert (closed.closed_by, Alert.objects.waiting().count()) == (moderator.user, 0)
    with refusal("alert.closed"):
        close_alert(moderator, alert=alert, outcome=AlertOutcome.REFERRED)
    with pytest.raises(Forbidden):
        close_alert(personas[RoleCode.EDITOR], alert=alert, outcome=AlertOutcome.REFERRED)


def test_the_database_refuses_an_alert_closed_by_nobody() -> None:
    alert = distressed().alert
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(outcome=AlertOutcome.NO_WAY)
