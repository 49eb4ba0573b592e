"""A plan read from a file: what it gives, twice the same, changed, wrong; and written back without loss."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from fabrique.accounts.models import Body
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import PlanState, TitleBasis
from fabrique.plan.models import Challenge, Objective, Plan
from fabrique.plan.services import life, loading
from fabrique.plan.services.exporting import document_of, export_plan
from fabrique.plan.services.layout.checking import checked
from fabrique.plan.services.layout.tables import read_archive, to_archive
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR
from tests.plan.layout.strategies import FILES

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


@contextmanager
def refused(code):
    with pytest.raises(Refused) as raised:
        yield raised
    assert raised.value.code == code


def load(data, **options):
    return loading.load_plan(OPERATOR, data=data if isinstance(data, bytes) else data.encode(), **options)


def leaves(value):
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.real_data
def test_the_plan_of_the_reference(occitanie):
    if not REFERENCE.exists():
        pytest.skip("reference absent: ../shared/reference")
    described = (REFERENCE / "plan_prs_occitanie.yaml").read_bytes()
    review = (REFERENCE / "previous_plan_review.yaml").read_bytes()
    report = load(described, review=review)
    plan = report.plan
    assert (plan.state, str(plan.adopted_on), str(plan.ends_on)) == ("adopte", "2023-10-31", "2028-10-30")
    assert [row.number for row in plan.commitments.all()] == [1, 2, 3, 4, 5, 6]
    assert plan.commitments.get(number=6).new
    assert plan.commitments.get(number=3).variant
    assert plan.keys.count() == 5
    assert plan.partners.count() == 16
    titled = plan.challenges.exclude(basis=TitleBasis.UNKNOWN)
    assert titled.count() == 12
    assert titled.filter(basis=TitleBasis.INFERRED).count() == 5
    assert plan.commitments.get(number=6).challenges.count() == 4
    unknown = plan.challenges.filter(basis=TitleBasis.UNKNOWN)
    assert unknown.count() == 14
    assert set(unknown.values_list("commitment", "title")) == {(None, "")}
    schemes = plan.documents.filter(kind="STS")
    assert schemes.count() == 13
    assert schemes.get(territory__code="48").title == "Schéma territorial de santé de la Lozère"
    assert plan.documents.get(kind="COS").years == 10
    assert plan.documents.get(kind="programme").part_of.kind == "SRS"
    assert set(plan.documents.filter(linked=True).values_list("code", flat=True)) == {"PRSE4", "PRIAC"}
    before = plan.previous
    assert (before.state, str(before.adopted_on), before.commitments.count(), before.keys.count()) == (
        "clos", "2018-08-03", 5, 5,
    )  # fmt: skip
    assert Body.objects.filter(kind="cts").count() == 13
    assert Body.objects.filter(kind="crsa").count() == 1
    assert not Body.objects.get(kind="suivi").composition_known
    said = json.dumps(
        [document_of(plan).plan, document_of(plan).sections, document_of(before).plan], ensure_ascii=False
    )
    said += json.dumps(document_of(before).sections, ensure_ascii=False)
    lost = [
        text
        for raw in (described, review)
        for text in leaves(loading.read_yaml(raw))
        if text[:60] not in said
    ]
    assert set(lost) <= {"explicit", "inferred", "Schémas territoriaux de santé"}
    again = load(described, review=review)
    assert again.difference.empty
    assert again.difference.count("untouched") == 72
    exported = export_plan(OPERATOR, plan=plan)
    Plan.objects.update(previous=None)
    Challenge.objects.all().delete()
    Plan.objects.all().delete()
    fresh = load(exported).plan
    assert export_plan(OPERATOR, plan=fresh) == exported


SMALL = """
fabrique-plan: 1
plan: {slug: petit-plan, title: Petit plan, territory: "region:76", starts_on: 2024-01-01}
documents:
  - {key: praps, kind: PRAPS, title: Accès aux soins des plus démunis}
commitments:
  - {key: e1, number: 1, title: Prévenir}
challenges:
  - {key: d1, commitment: e1, title: Bouger}
  - {key: d2}
objectives:
  - {key: reg, challenge: d1, territory: "region:76", title: Marcher}
  - {key: loz, challenge: d1, territory: "departement:48", declines: reg, title: Marcher en Lozère, marks: [montagne]}
programmes:
  - {key: p1, territory: "region:76", document: praps, title: Aller vers, objectives: [reg]}
  - {key: p2, territory: "departement:48", title: Sentiers}
"""


@pytest.mark.both_databases
def test_a_changed_file_updates_by_key_and_lists_what_is_gone(occitanie):
    plan = load(SMALL).plan
    assert list(plan.programmes.values_list("key", "within_plan")) == [("p1", True), ("p2", False)]
    changed = SMALL.replace("title: Marcher}", "title: Marcher chaque jour}").replace(
        "  - {key: d1, commitment: e1, title: Bouger}\n  - {key: d2}\n",
        "  - {key: d3, title: Dormir}\n  - {key: d1, commitment: e1, title: Bouger}\n",
    )
    preview = load(changed, dry_run=True)
    assert preview.dry_run
    assert Objective.objects.get(key="reg").title == "Marcher"
    report = load(changed)
    assert report.difference == preview.difference
    assert (report.difference.added, list(report.difference.changed["objectives"])) == (
        {"challenges": ["d3"]},
        ["reg"],
    )
    assert report.difference.missing == {"challenges": ["d2"]}
    assert list(plan.challenges.values_list("key", flat=True)) == ["d3", "d1", "d2"]
    assert Objective.objects.get(key="reg").title == "Marcher chaque jour"
    assert load(changed).difference.empty


def test_a_section_that_the_file_does_not_have_is_left_alone(occitanie):
    plan = load(SMALL).plan
    report = load(SMALL.split("objectives:")[0].replace("Bouger", "Bouger plus"))
    assert report.difference.missing == {}
    assert plan.objectives.count() == 2
    assert Challenge.objects.get(key="d1").title == "Bouger plus"


@pytest.mark.parametrize(
    ("spoilt", "place", "words"),
    [
        (("number: 1", "numero: 1"), "commitments[1].numero", "n’existe pas"),
        (("commitment: e1", "commitment: e9"), "challenges « d1 ».commitment", "e9"),
        (("key: d2", "key: d1"), "challenges[2].key", "déjà prise"),
        (("key: d2", "key: D é"), "challenges[2].key", "minuscules"),
        (("departement:48", "departement:75"), "objectives « loz ».territory", "n’existe pas"),
        (("marks: [montagne]", "marks: [mer]"), "objectives[2].marks", "Valeurs possibles"),
        (("declines: reg", "declines: loz"), "objectives « loz ».declines", "objectif régional"),
        (("2024-01-01", "2024-02-30"), "plan.starts_on", "n’existe pas"),
        (("key: d2", "key: d2, basis: explicite"), "challenges « d2 ».basis", "titre"),
        (("title: Petit plan", "title: Petit plan, state: adopte"), "plan.act", "arrêté"),
        (("objectives:", "objectifs:"), "objectifs", "n’existe pas"),
    ],
)
def test_a_fault_says_where_and_what_to_do(occitanie, spoilt, place, words):
    with refused("plan_file.wrong") as raised:
        load(SMALL.replace(*spoilt, 1))
    where, sentence = next(one for one in raised.value.params["problems"] if one[0] == place)
    assert words in sentence
    assert not Plan.objects.exists()


def test_an_adopted_text_does_not_change_by_a_file(occitanie):
    plan = load(SMALL).plan
    life.send_to_consultation(OPERATOR, plan=plan)
    life.adopt(OPERATOR, plan=plan, on=plans.ADOPTED_ON, act=plans.ACT, consulted_elsewhere=True)
    with refused("plan.text_frozen"):
        load(SMALL.replace("title: Marcher}", "title: Courir}"))
    with refused("plan.text_frozen"):
        load(SMALL.replace("title: Petit plan", "title: Grand plan"))
    report = load(
        SMALL.replace("Marcher en Lozère", "Marcher partout").replace(
            "{key: d2}", "{key: d2, title: Dormir, source_note: page 12}"
        )
    )
    assert {section: list(keys) for section, keys in report.difference.changed.items()} == {
        "challenges": ["d2"],
        "objectives": ["loz"],
    }
    plan.refresh_from_db()
    assert plan.state == PlanState.ADOPTED
    assert {change.field for change in report.difference.life} == {"state", "adopted_on", "act"}
    assert Objective.objects.get(key="reg").published_at is not None


def test_only_who_may_write_the_plan_loads_it(occitanie, reader, approver):
    for actor in (reader, plans.lead("48")):
        with pytest.raises(Forbidden):
            loading.load_plan(actor, data=SMALL.encode())
    adopted = SMALL.replace("title: Petit plan", "title: Petit plan, published: true")
    with pytest.raises(Forbidden):
        loading.load_plan(plans.lead(), data=adopted.encode())
    assert loading.load_plan(plans.lead(), data=SMALL.encode()).plan.published_at is None


def test_tables_go_out_and_come_back(occitanie):
    plan = load(SMALL).plan
    archive = to_archive(document_of(plan))
    assert archive == to_archive(document_of(plan))
    assert load(archive).difference.empty
    tables = read_archive(archive)
    tables.sections["objectives"][0]["title"] = "=Marcher"
    assert loading.load_content(OPERATOR, content=tables).difference.count("changed") == 1
    assert load(to_archive(document_of(plan))).difference.empty


def test_a_slip_of_the_sources_is_shown_corrected_and_kept(occitanie):
    slip = SMALL.replace("Prévenir", "Avis de la Conférence régionale des soins et de l'autonomie")
    report = load(slip)
    commitment = report.plan.commitments.get()
    assert commitment.title == "Avis de la Conférence régionale de la santé et de l’autonomie"
    assert commitment.facts["as_found"]["title"].endswith("des soins et de l'autonomie")
    assert len(report.slips) == 1
    assert load(slip).difference.empty
    assert load(export_plan(OPERATOR, plan=report.plan)).difference.empty


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=FILES)
def test_a_plan_goes_through_two_empty_instances_unchanged(occitanie, drawn):
    """What the strategies of the layout draw, its references made good."""
    challenges = drawn["challenges"] or [{"key": "d", "title": "Bouger"}]
    publics = {node["key"] for node in drawn["publics"]}
    objectives = [
        {**node, "challenge": challenges[0]["key"], "publics": sorted(publics & set(node["publics"]))}
        for node in drawn["objectives"]
    ]
    content = checked({**drawn, "challenges": challenges, "objectives": objectives})
    exports = []
    for _instance in range(2):
        with transaction.atomic():
            plan = loading.load_content(OPERATOR, content=content).plan
            exports.append(export_plan(OPERATOR, plan=plan))
            content, _slips = loading.read_plan(exports[-1])
            transaction.set_rollback(True)
    assert exports[0] == exports[1]


def test_the_example_of_the_guide_loads(occitanie):
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "plan.md").read_text("utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    with refused("plan_file.wrong") as raised:
        load(example)
    assert raised.value.params["problems"][0][0] == "previous"
    report = load("\n".join(line for line in example.splitlines() if not line.startswith("previous")))
    assert report.difference.count("added") == 9
    assert report.plan.objectives.get(key="marcher-48").declines.key == "marcher"
