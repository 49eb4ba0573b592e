"""`fabrique councils load`: a YAML, a CSV or a plan's own file; what cannot be is said."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fabrique.accounts.models import Body

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command("councils", *map(str, words), stdout=out)
    return out.getvalue()


def test_a_csv_and_a_plan_are_loaded_once(lot, tmp_path):
    table = tmp_path / "instances.csv"
    table.write_text(
        "kind,name,territory,acronym,door_open,answer_days,"
        "aipd_validated_on,aipd_validated_by,legal_basis_6,legal_basis_9\n"
        "cts,CTS du Lot,departement:46,CTS,oui,45,2026-01-15,Déléguée,6.1.e,9.2.a\n",
        "utf-8",
    )
    assert "ajoutées : 1" in run("load", table)
    assert "connues : 1" in run("load", table)
    body = Body.objects.get()
    assert (body.door_open, body.answer_days) == (True, 45)
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "steering: {bodies: [{code: CRSA, label: Conférence régionale, level: region}]}", encoding="utf-8"
    )
    assert "ajoutées : 1" in run("load", plan)
    assert "cts-lot · CTS du Lot · porte ouverte" in run("show")


def test_what_cannot_be_loaded_is_said(lot, tmp_path):
    with pytest.raises(CommandError, match=r"absent.csv » ne s’ouvre pas"):
        run("load", tmp_path / "absent.csv")
    wrong = tmp_path / "instances.yaml"
    wrong.write_text("bodies: [{kind: cts, name: CTS, territory: 'departement:999'}]", encoding="utf-8")
    with pytest.raises(CommandError, match="corrigez"):
        run("load", wrong)
    for content, said in ((b"bodies: [a: b: c", "YAML lisible"), (b"- \xff", "UTF-8")):
        wrong.write_bytes(content)
        with pytest.raises(CommandError, match=said):
            run("load", wrong)
    wrong.write_text("autre: 1", encoding="utf-8")
    with pytest.raises(CommandError, match="ne se lit pas"):
        run("load", wrong)
