"""The observatory of the demonstration: facts of the sources, invented series that say so, and loading twice."""

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.demo.observatory import load_observatory
from fabrique.observatory.models import ImportBatch, Observation
from fabrique.observatory.services.public import catalogue, sheet
from fabrique.restitution.services.inequalities import gradient
from fabrique.territories.models import Territory
from tests.factories.territories import OPERATOR


@pytest.mark.django_db
def test_it_loads_in_one_go_and_twice_changes_nothing(occitanie, personas):
    agents = {RoleCode.ANALYST: personas[RoleCode.ANALYST]}
    said = []
    load_observatory(OPERATOR, agents, occitanie, said.append)
    count, batches = Observation.objects.count(), ImportBatch.objects.count()
    load_observatory(OPERATOR, agents, occitanie, said.append)
    assert (Observation.objects.count(), ImportBatch.objects.count()) == (count, batches)
    assert said[0] == said[1]
    invented = [one for one in catalogue() if one.theme == "Séries fictives de la démonstration"]
    assert len(invented) == 4
    assert all("fictive" in one.label or "inventé" in one.label for one in invented)
    values = sheet(["demo_equipe_mobile"], Territory.objects.departments())
    masked = [one.territory_code for one in values.all() if one.withheld]
    assert "48" in masked
    assert len(masked) > 1
    found = gradient("demo_renoncement", occitanie, territorial=True)
    assert (len(found.groups), "série fictive" in found.ranking.label) == (5, True)
