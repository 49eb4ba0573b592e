"""The written contributions of the demonstration load whole, in their states, through the real verbs."""

import pytest

from fabrique.common.actors import Operator
from fabrique.demo.people import load_people
from fabrique.demo.written import load_written
from fabrique.subscriptions.models import Email
from fabrique.written.models import Call, WrittenContribution

pytestmark = pytest.mark.django_db


def test_the_call_is_open_with_every_state_and_pages(occitanie):
    operator = Operator("tests")
    said = []
    call = load_written(operator, load_people(operator, occitanie), occitanie, said.append)
    assert Call.objects.receiving().get() == call
    rows = WrittenContribution.objects.of_call(call)
    assert rows.counted_by_state() == {"acceptee": 4, "a-verifier": 1, "ecartee": 1}
    assert rows.listed().count() == 3
    waiting = rows.quarantined().get()
    assert [d.page for d in waiting.demands.all()] == [2, 2, 2]
    first = rows.accepted().get(files__isnull=False)
    assert [d.page for d in first.demands.all()] == [2, 2, 2, 3]
    assert said == ["contributions écrites fictives reçues"]
    assert all(email.recipient.endswith("@agence.example.org") for email in Email.objects.all())
