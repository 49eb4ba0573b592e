"""`fabrique plan load|check|export|schema`, as an operator types them."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.services.layout.reading import read_yaml
from fabrique.plan.services.layout.schema import json_schema
from tests.factories import plan as plans


def run(*arguments):
    out = io.StringIO()
    call_command("plan", *[str(one) for one in arguments], stdout=out)
    return out.getvalue()


def test_out_and_in_again(occitanie, tmp_path):
    plan = plans.a_plan()
    plans.an_instrument(
        plan, holder={"name": "Maison de santé", "kind": "autre", "territory": "departement:48"}
    )
    plans.a_programme(plan, document="praps")
    file, archive, folder = tmp_path / "plan.yaml", tmp_path / "plan.zip", tmp_path / "tables"
    run("export", "--out", file)
    Draft202012Validator.check_schema(json_schema())
    Draft202012Validator(json_schema()).validate(read_yaml(file.read_bytes()))
    run("export", plan.slug, "--csv", "--out", archive)
    for source in (file, archive):
        assert "ne change rien" in run("load", source)
    folder.mkdir()
    (folder / "plan.csv").write_text(f"slug;title;territory\n{plan.slug};Autre titre;region:76\n", "utf-8")
    (folder / "keys.csv").write_text("key;title\ncle-1;Innover\n", "utf-8")
    assert "Ajouts, clés pour réussir : 1 (cle-1)" in run("check", folder)
    assert Plan.objects.get().keys.count() == 0
    assert json.loads(run("load", folder, "--json"))["difference"]["added"] == {"keys": ["cle-1"]}
    assert Plan.objects.get().title == "Autre titre"
    assert read_yaml(run("export").encode())["keys"][0]["title"] == "Innover"


def test_faults_are_all_told(occitanie, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("fabrique-plan: 1\nplan: {slug: P, title: P, territory: ici}\n", "utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="Et 1 autre erreur"):
        call_command("plan", "load", str(file), stdout=out)
    assert len(out.getvalue().splitlines()) == 2
    table, out = tmp_path / "mauvais.csv", io.StringIO()
    table.write_text("a;b\n1;2\n", "utf-8")
    with pytest.raises(CommandError, match=r"\."):
        call_command("plan", "load", str(table), stdout=out)
    assert out.getvalue() == "", "one fault is told once"
    with pytest.raises(CommandError, match="ne s’ouvre pas"):
        run("load", tmp_path / "absent.yaml")
    with pytest.raises(CommandError, match="aucun"):
        run("export")
    plan = plans.a_plan()
    for said, words in (
        ("« ailleurs ».* Plans connus", ["export", "ailleurs"]),
        ("n’est pas une date", ["adopt", plan.slug, "--on", "hier", "--act", "A"]),
        ("ne s’écrit pas ici", ["export", plan.slug, "--out", file / "dedans.yaml"]),
        ("ne s’écrit pas ici", ["sheets", "export", file / "dedans.xlsx", "--plan", plan.slug]),
    ):
        with pytest.raises(CommandError, match=said):
            run(*words)
    with pytest.raises(CommandError, match="--out"):
        run("export", "--csv")
    assert json.loads(run("schema"))["$schema"].startswith("https://json-schema.org")


def test_the_arrete_is_recorded(occitanie):
    plan = plans.in_state(plans.a_plan(), PlanState.CONSULTATION)
    with pytest.raises(CommandError, match="n’a pas été soumis"):
        run("adopt", plan.slug, "--on", "2023-10-31", "--act", "Arrêté 12")
    said = run("adopt", plan.slug, "--on", "2023-10-31", "--act", "Arrêté 12", "--consulted-elsewhere")
    plan.refresh_from_db()
    assert plan.state == PlanState.ADOPTED
    assert plan.versions.latest("number").content_hash in said
    with pytest.raises(CommandError, match="adopté"):
        run("adopt", plan.slug, "--on", "2023-10-31", "--act", "Arrêté 12")
