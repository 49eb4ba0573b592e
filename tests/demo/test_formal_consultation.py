"""The invented consultation of the demonstration: published to its end, its revision under way, all marked fictitious.

Fed by demo.formal_consultation. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.demo.formal_consultation import load_formal_consultation
from fabrique.plan.enums import ConsulteeBasis
from fabrique.plan.models import Consultee, FormalConsultation
from fabrique.plan.services.opinions import tally
from tests.factories.territories import OPERATOR, region


@pytest.mark.django_db
@pytest.mark.usefixtures("occitanie")
def test_an_invented_plan_is_consulted_on_to_its_end_and_its_revision_is_under_way(personas: Any) -> None:
    agents = {str(code): personas[code] for code in (RoleCode.PLAN_LEAD, RoleCode.APPROVER)}
    said: list[str] = []
    done = load_formal_consultation(OPERATOR, agents, region(), said.append)
    assert done.published_at is not None
    assert len(said) == 1
    rows = Consultee.objects.filter(consultation=done)
    assert not rows.exclude(name__endswith="(fictif)").exists()
    assert not rows.filter(body__isnull=False).exists()
    assert done.plan.fictitious
    by_law, by_choice, apart = tally(rows.in_order(), today())
    assert (by_law.favourable, by_law.reserves, by_law.unfavourable, by_law.no_tone, by_law.late) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert by_law.deemed > 0
    assert (by_choice.basis, apart.favourable) == (ConsulteeBasis.VOLUNTARY, 1)
    assert done.changes.count() == 5
    under_way = FormalConsultation.objects.exclude(pk=done.pk).get()
    assert (under_way.state, under_way.months) == ("ouverte", 2)
    assert load_formal_consultation(OPERATOR, agents, region(), said.append) == done
    assert FormalConsultation.objects.count() == 2
