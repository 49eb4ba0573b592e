"""The relays of the demonstration: each at its stage, found again by a second load, opened by its address.

Fed by demo.relays. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fabrique.demo.people import PASSWORD
from fabrique.demo.relays import AT_WORK, load_relays
from fabrique.relays.enums import RelayState
from fabrique.relays.models import Relay, RelayLink
from tests.factories import consultations
from tests.factories.territories import OPERATOR, region


@pytest.mark.django_db
def test_three_relays_at_three_stages_and_the_same_again(occitanie: Any, client: Client) -> None:
    consultations.opened()
    told: list[str] = []
    first = load_relays(OPERATOR, {}, region(), told.append)
    assert [relay.state for relay in first] == [RelayState.ACCEPTED, RelayState.ASKED, RelayState.SUSPENDED]
    assert load_relays(OPERATOR, {}, region(), told.append) == first
    assert Relay.objects.count() == 3
    link = RelayLink.objects.get()
    assert f"/r/{link.code}/" in told[0]
    assert AT_WORK in client.get(f"/r/{link.code}/").content.decode()
    assert client.login(username=first[0].contact_email, password=PASSWORD)
    assert client.get(f"/relais/{first[0].public_id}/").status_code == 200
