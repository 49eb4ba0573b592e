"""The public page of moderation: rules, a ledger closed at the end of last month, no small number.

Fed by Django's test client. Feeds nothing.
"""

from __future__ import annotations

import pytest
from django.test import Client

from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import Contribution
from fabrique.contributions.services import moderate
from tests.factories.contributions import a_participation, a_source
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def hide(count: int, reason: str) -> None:
    source = a_source()
    for number in range(count):
        a_participation(source, texts={"needs": f"Texte {number}"})
    for text in Contribution.objects.of_source(source):
        moderate(OPERATOR, contribution=text, state=Moderation.HIDDEN, reason=reason)


def cells(client: Client) -> dict[str, str]:
    page = client.get("/moderation/").content.decode()
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return {
        row.split('scope="row">')[1].split("<")[0]: row.rsplit("fab-nombre", 1)[1].split(">")[1].split("<")[0]
        for row in rows
    }


def test_numbers_from_eleven_are_told_and_smaller_ones_are_not(client, time_machine) -> None:
    time_machine.move_to("2027-03-10 10:00+00:00")
    hide(12, "hors-sujet")
    hide(3, "injure")
    time_machine.move_to("2027-04-01 10:00+00:00")
    found = cells(client)
    assert found["Hors sujet"] == "12"
    assert found["Injure ou propos haineux"] == "moins de onze"
    assert found["Publicité ou message automatique"] == "0"


def test_decisions_of_this_month_are_not_told_yet(client, time_machine) -> None:
    time_machine.move_to("2027-03-10 10:00+00:00")
    hide(12, "hors-sujet")
    assert cells(client)["Hors sujet"] == "0"
