"""The public pages of formal opinions: closed before the notice, silence named, each changed line with its cause.

Fed by factories/formal.py. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pikepdf
import pytest
from django.test import Client
from frictionless import Resource, Schema

from fabrique.plan.enums import RevisionKind
from fabrique.plan.services.consultation import end_consultation
from fabrique.plan.services.life import open_revision
from fabrique.plan.services.nomenclature import edit_node
from fabrique.plan.services.opinions import reply_to_point
from fabrique.plan.services.wording import publish_differences, tie_change
from fabrique.web.shared import printing
from tests.factories import formal
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def table(client: Client, address: str) -> list[dict[str, Any]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_nothing_is_public_before_the_notice_nor_any_difference_before_its_publication(
    client: Client,
) -> None:
    draft = formal.prepared()
    assert "Aucune consultation réglementaire" in read(client, "/avis/")
    assert client.get(f"/avis/{draft.slug}/").status_code == 404
    done = formal.adopted(plan=formal.a_plan("Autre plan"), title="Autre avis")
    assert "Autre avis" in read(client, "/avis/")
    for page in ("differences/", "differences.pdf", "changements.csv"):
        assert client.get(f"/avis/{done.consultation.slug}/{page}").status_code == 404


def test_who_was_asked_what_each_answered_and_what_silence_is(client: Client) -> None:
    consultation = formal.opened()
    formal.point(formal.opinion(formal.one(consultation, "Préfet")))
    address = f"/avis/{consultation.slug}/"
    with formal.on(date(2026, 4, 1)):
        page = read(client, address)
        assert "encore 14 jours" in page
        assert "Avis attendu jusqu’au 15\u00a0avril\u00a02026 inclus" in page
        assert "toutes ensemble, à la fin" in page
    page = read(client, address)
    assert "Pas de réponse dans le délai" in page
    assert "avis réputé rendu" in page
    assert "Il n’est ni favorable ni défavorable" in page
    assert "Avis favorable, avec une réserve." in page
    assert "Plan et avis fictifs" in page
    assert "dix bus de santé" in read(client, address + "texte/")


def test_replies_are_public_together_once_the_consultation_is_ended(client: Client) -> None:
    consultation = formal.opened()
    point = formal.point(formal.opinion(formal.one(consultation, "Préfet")))
    reply_to_point(OPERATOR, point=point, kind="retenu", words="Il y en aura quinze.")
    assert "quinze" not in read(client, f"/avis/{consultation.slug}/")
    assert table(client, f"/avis/{consultation.slug}/points.csv")[0]["texte_reponse"] == ""
    end_consultation(OPERATOR, consultation=consultation)
    assert "Il y en aura quinze." in read(client, f"/avis/{consultation.slug}/")
    assert table(client, f"/avis/{consultation.slug}/points.csv")[0]["reponse"] == "retenu"


def test_the_adopted_text_stands_beside_the_one_sent_with_the_cause_of_each_change(client: Client) -> None:
    done = formal.published()
    page = read(client, f"/avis/{done.consultation.slug}/differences/")
    assert page.index("dix<span") < page.index("quinze<span")
    assert "[retiré]" in page
    assert "[ajouté]" in page
    assert "Dix bus ne suffisent pas." in page
    whole = f"/avis/{done.consultation.slug}/consultes/{done.taken.opinion.consultee.public_id}/"
    assert whole in page
    assert f'id="point-{done.refused.public_id}"' in read(client, whole)
    assert client.get(whole.replace("consultes/", "consultes/x")).status_code == 404
    assert "Il y en aura quinze." in page
    assert page.index("n’ont pas changé le texte, et pourquoi") < page.index("Les équipes manquent.")
    assert "parties sans changement" in page
    with pikepdf.open(
        io.BytesIO(client.get(f"/avis/{done.consultation.slug}/differences.pdf").content)
    ) as made:
        assert made.Root.MarkInfo.Marked


def test_the_differences_are_drawn_once_for_all_who_ask(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, drawn = formal.published(), []
    monkeypatch.setattr(printing, "_drawn", lambda html: drawn.append(html) or b"%PDF")
    for _visitor in range(2):
        assert client.get(f"/avis/{done.consultation.slug}/differences.pdf").content == b"%PDF"
    assert len(drawn) == 1


def test_a_change_without_an_opinion_says_its_reason(client: Client) -> None:
    done = formal.adopted()
    tie_change(OPERATOR, change=done.consultation.changes.get(), reason="Une coquille corrigée.")
    publish_differences(OPERATOR, consultation=done.consultation)
    page = read(client, f"/avis/{done.consultation.slug}/differences/")
    assert "Une coquille corrigée." in page
    # the point was taken, yet no line rests on it: it is said too
    assert "Les points retenus qui ne changent aucune ligne" in page


def test_the_files_hold_each_line_and_each_column_is_explained(client: Client) -> None:
    done = formal.published()
    address = f"/avis/{done.consultation.slug}/"
    opinions, points = table(client, address + "avis.csv"), table(client, address + "points.csv")
    changes = table(client, address + "changements.csv")
    assert len(opinions) == done.consultation.consultees.count()
    silent = next(row for row in opinions if row["consulte"].startswith("Préfet"))
    assert (silent["situation"], silent["sens"]) == ("repute-rendu", "")
    assert [row["reponse"] for row in points] == ["retenu", "non-retenu"]
    assert changes[0]["points"] == done.taken.public_id
    for name, rows in (("avis", opinions), ("points", points), ("changements", changes)):
        schema = Schema.from_descriptor(client.get(f"{address}{name}.schema.json").json())
        assert schema.field_names == list(rows[0])
        assert all(field.description for field in schema.fields)
        assert Resource(data=rows, schema=schema).validate().valid, name
    assert client.get(f"{address}rien.schema.json").status_code == 404


def test_the_text_sent_stands_beside_the_one_in_force_before_it(client: Client) -> None:
    done = formal.adopted()
    first = f"/avis/{done.consultation.slug}/"
    assert client.get(f"{first}propositions/").status_code == 404, "nothing was adopted before"
    assert "propositions" not in read(client, first)
    plan = open_revision(OPERATOR, plan=done.consultation.plan)
    edit_node(
        OPERATOR,
        node=plan.objectives.get(key="nuit"),
        values={"title": "Ouvrir trois centres la nuit."},
    )
    revision = formal.opened(plan, title="Révision", revision=RevisionKind.PARTIAL)
    address = f"/avis/{revision.slug}/"
    assert f"{address}propositions/" in read(client, address)
    page = read(client, f"{address}propositions/")
    assert "1 ligne changerait." in page
    assert "Ouvrir <del" in page.replace("\n", "")
