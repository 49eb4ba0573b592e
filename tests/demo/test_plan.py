"""The plan of the demonstration: published titles, invented objectives that say so, the same when loaded again."""

from __future__ import annotations

from fabrique.demo.people import lead_of, load_people
from fabrique.demo.plan import MENTION, SOURCE, load_plan
from fabrique.plan.models import Objective
from fabrique.plan.services.exporting import export_plan
from fabrique.plan.services.loading import load_plan as load_file
from tests.factories.territories import OPERATOR, department


def test_the_plan_of_the_demonstration(occitanie):
    agents = load_people(OPERATOR, occitanie)
    said: list[str] = []
    plan = load_plan(OPERATOR, agents, occitanie, said.append)
    assert (plan.fictitious, plan.state, plan.commitments.count(), plan.challenges.count()) == (
        True,
        "adopte",
        6,
        26,
    )
    assert plan.previous.commitments.count() == 5
    invented = [*plan.objectives.all(), *plan.programmes.all(), *plan.instruments.all(), *plan.publics.all()]
    assert len(invented) == 32
    assert {(node.title.endswith(MENTION), node.source_note) for node in invented} == {(True, SOURCE)}
    assert Objective.objects.public().count() == 16
    assert list(plan.programmes.filter(within_plan=True).values_list("key", flat=True)) == ["prog-praps-reg"]
    assert {row.territory.code for row in plan.objectives.exclude(territory=occitanie)} == {"30", "46", "48"}
    again = load_plan(OPERATOR, agents, occitanie, said.append)
    assert again.versions.count() == 1
    exported = export_plan(OPERATOR, plan=plan)
    assert load_file(OPERATOR, data=exported).difference.empty
    assert lead_of("48").user.roles.get().territory == department("48")
