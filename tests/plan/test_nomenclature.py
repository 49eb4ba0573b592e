"""The verbs of the tree: what each writes and refuses, to whom, in which state of the plan."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import PlanState, TitleBasis
from fabrique.plan.models import Programme
from fabrique.plan.services import life, nomenclature
from fabrique.plan.services.actions import withdraw_action
from fabrique.plan.services.exporting import document_of
from fabrique.plan.services.loading import load_content
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department


@contextmanager
def refused(code, words=""):
    with pytest.raises(Refused) as raised:
        yield
    assert raised.value.code == code
    assert words in str(raised.value)


@pytest.fixture
def plan(occitanie):
    return plans.a_plan()


def objective(plan, **values):
    given = {"title": "Marcher", "challenge": "e1-d1", "territory": "departement:48"}
    return {"plan": plan, "level": "objective", "values": {**given, **values}}


@pytest.mark.both_databases
def test_who_writes_what(plan, reader, administrator):
    own, regional, other = plans.lead("48"), plans.lead(), plans.lead("30")
    made = nomenclature.add_node(own, **objective(plan))
    assert (made.key, made.published_at, made.position) == ("marcher", None, 0)
    assert JournalLine.objects.filter(verb="plan.add_objective").exists()
    assert nomenclature.add_node(own, **objective(plan)).key == "marcher-2"
    for actor, values in (
        (own, {"territory": "departement:30"}),
        (own, {"territory": "region:76"}),
        (other, {}),
        (reader, {}),
        (administrator, {"published": True}),
    ):
        with pytest.raises(Forbidden):
            nomenclature.add_node(actor, **objective(plan, **values))
    with pytest.raises(Forbidden):
        nomenclature.edit_node(own, node=made, values={"territory": "departement:30"})
    for verb in (nomenclature.remove_node, nomenclature.publish_node):
        with pytest.raises(Forbidden):
            verb(other, node=made)
    with pytest.raises(Forbidden):
        nomenclature.edit_node(own, node=plans.commitment(plan), values={"title": "Autre"})
    assert nomenclature.edit_node(regional, node=made, values={"title": "Courir"}).title == "Courir"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "obligatoire"),
        ({"challenge": "ailleurs"}, "n’existe pas"),
        ({"territory": "departement:75"}, "n’existe pas"),
        ({"marks": ["mer"]}, "Valeurs possibles"),
        ({"key": "Clé !"}, "minuscules"),
        ({"inconnu": "x"}, "n’existe pas ici"),
        ({"document": "sts-30"}, "autre territoire"),
    ],
)
def test_what_cannot_be_said(plan, values, words):
    with refused("plan_file.wrong", words):
        nomenclature.add_node(OPERATOR, **objective(plan, **values))


def test_an_objective_declines_a_regional_one_of_its_challenge(plan, lot):
    regional = plans.an_objective(plan)
    elsewhere = plans.an_objective(plan, challenge="e2-d1")
    local = plans.an_objective(plan, territory=lot, declines=regional)
    assert local.declines == regional
    for values in ({"declines": elsewhere.key}, {"declines": local.key}, {"territory": "region:76"}):
        with refused("plan_file.wrong"):
            nomenclature.edit_node(OPERATOR, node=local, values=values)
    with refused("plan_file.wrong"):
        nomenclature.edit_node(OPERATOR, node=regional, values={"challenge": "e2-d1"})


def test_nothing_is_removed_that_serves_or_is_public(plan):
    with refused("node.used", "défis"):
        nomenclature.remove_node(OPERATOR, node=plans.commitment(plan))
    made = plans.an_objective(plan)
    with refused("node.public"):
        nomenclature.remove_node(OPERATOR, node=made)
    nomenclature.unpublish_node(OPERATOR, node=made)
    with refused("node.unpublished"):
        nomenclature.unpublish_node(OPERATOR, node=made)
    nomenclature.remove_node(OPERATOR, node=made)
    assert not plan.objectives.exists()


def test_a_programme_is_outside_the_plan_but_for_the_praps(plan):
    programme, praps = plans.a_programme(plan), plans.a_programme(plan, document="praps")
    assert (programme.within_plan, praps.within_plan) == (False, True)
    assert nomenclature.warning_of(praps) == ""
    adopted = plans.in_state(plan, PlanState.ADOPTED)
    praps.refresh_from_db()
    assert "PRAPS" in nomenclature.warning_of(praps)
    programme = Programme.objects.get(pk=programme.pk)
    assert nomenclature.warning_of(programme) == ""
    assert not nomenclature.edit_node(OPERATOR, node=praps, values={"document": ""}).within_plan
    life.open_revision(OPERATOR, plan=adopted)
    nomenclature.edit_node(OPERATOR, node=programme, values={"document": "srs"})
    nomenclature.edit_node(OPERATOR, node=adopted.documents.get(key="srs"), values={"kind": "PRAPS"})
    programme.refresh_from_db()
    assert programme.within_plan


def test_an_adopted_text_is_written_in_a_revision_only(plan, lot):
    regional = plans.an_objective(plan)
    plan = plans.in_state(plan, PlanState.ADOPTED)
    for node, values in (
        (plans.commitment(plan), {"title": "Autre"}),
        (plans.challenge(plan), {"title": "Autre"}),
        (regional, {"title": "Autre"}),
    ):
        with refused("plan.text_frozen", "révision"):
            nomenclature.edit_node(OPERATOR, node=node, values=values)
    with refused("plan.text_frozen"):
        nomenclature.unpublish_node(OPERATOR, node=regional)
    with refused("plan.text_frozen"):
        nomenclature.edit_plan(OPERATOR, plan=plan, values={"title": "Autre"})
    assert plans.an_objective(plan, territory=lot).pk
    assert plans.an_instrument(plan).pk
    life.open_revision(OPERATOR, plan=plan)
    assert nomenclature.edit_node(OPERATOR, node=regional, values={"title": "Autre"}).title == "Autre"
    assert nomenclature.edit_plan(OPERATOR, plan=plan, values={"title": "Plan révisé"}).title == "Plan révisé"
    life.close(OPERATOR, plan=plan)
    with refused("plan.closed"):
        plans.an_objective(plan, territory=lot)


def test_a_title_is_given_once_with_its_source(plan, personas):
    unknown, inferred = plans.challenge(plan, "d-inconnu"), plans.challenge(plan, "e2-d1")
    lead = personas[RoleCode.PLAN_LEAD]
    plans.in_state(plan, PlanState.ADOPTED)
    with refused("challenge.source"):
        nomenclature.title_challenge(lead, challenge=unknown, title="Dormir", source_note=" ")
    with pytest.raises(Forbidden):
        nomenclature.title_challenge(plans.lead("48"), challenge=unknown, title="Dormir", source_note="p. 3")
    titled = nomenclature.title_challenge(
        lead, challenge=unknown, title="Dormir", source_note="p. 3", commitment=plans.commitment(plan, "e2")
    )
    assert (titled.title, titled.basis, titled.commitment.key) == ("Dormir", TitleBasis.EXPLICIT, "e2")
    assert nomenclature.title_challenge(
        lead, challenge=inferred, title=inferred.title, source_note="p. 4"
    ).basis == (TitleBasis.EXPLICIT)
    with refused("challenge.titled"):
        nomenclature.title_challenge(lead, challenge=titled, title="Rêver", source_note="p. 3")


def test_two_people_on_one_node(plan):
    made = plans.an_objective(plan)
    token = nomenclature.token_of(made)
    nomenclature.edit_node(OPERATOR, node=made, values={"title": "Premier"}, expected=token)
    with refused("node.conflict"):
        nomenclature.edit_node(OPERATOR, node=made, values={"title": "Second"}, expected=token)
    with refused("node.key"):
        nomenclature.edit_node(OPERATOR, node=made, values={"key": "autre"})


def test_nodes_change_places(plan):
    first, second = plan.publics.order_by("position")
    nomenclature.move_node(OPERATOR, node=second, to=0)
    assert list(plan.publics.order_by("position")) == [second, first]
    nomenclature.move_node(OPERATOR, node=second, to=99)
    assert list(plan.publics.order_by("position")) == [first, second]


def test_a_department_draft_is_in_no_frozen_text(plan):
    plans.an_objective(plan, territory=department("48"), title="Public", published=True)
    plans.an_objective(plan, territory=department("30"), title="Brouillon", published=False)
    plans.an_objective(plan, title="Régional", published=False)
    sent = life.send_to_consultation(OPERATOR, plan=plan)
    said = {text for _about, _field, text in life.version_nodes(sent)}
    assert {"Public", "Régional"} <= said
    assert "Brouillon" not in said
    assert "Brouillon" not in sent.content


def test_an_objective_stays_public_while_its_actions_are(plan):
    action = plans.an_action(plan)
    with refused("node.has_public_actions"):
        nomenclature.unpublish_node(OPERATOR, node=action.objective)
    with refused("node.has_public_actions"):
        nomenclature.edit_node(OPERATOR, node=action.objective, values={"published": False})
    hiding = document_of(action.plan)
    for node in hiding.sections["objectives"]:
        node["published"] = False
    assert load_content(OPERATOR, content=hiding).difference.empty  # a file hides nothing
    withdraw_action(OPERATOR, action=action)
    nomenclature.unpublish_node(OPERATOR, node=action.objective)
