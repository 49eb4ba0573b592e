"""The published pages as anyone reads them: list, waiting, results, versions, proofs, files."""

import csv
import io
import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.test import Client

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.models import Quote
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.services import erase_participation, moderate
from fabrique.restitution.enums import Block
from fabrique.web.public.resultats.downloads import COLUMNS
from tests.factories import accounts, consultations
from tests.factories import restitution as make
from tests.personas import Personas

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]


@pytest.fixture(scope="module")
def published_for_the_file(shared_ground):
    return make.a_published_world(Personas(), 60)


@pytest.fixture
def published(published_for_the_file, db):
    return deepcopy(published_for_the_file)


@pytest.fixture
def personas(published):
    return published[0].people


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def results(world, *more):
    return "/".join(["/resultats", world.consultation.slug, *more]) + (
        "" if more and "." in more[-1] else "/"
    )


def proof(world, row):
    return results(world, "preuve", row.public_id)


def words(html):
    """The text that a person reads: no tag, ordinary spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ")


def lines(client, world, name):
    answer = client.get(results(world, name))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_list_tells_published_results_from_promised_ones(client, published):
    consultations.opened("Une autre consultation")
    html = page(client, "/resultats/")
    assert "Résultats publiés le" in html
    assert "Résultats promis" in html
    assert "Une autre consultation" in html


def test_the_page_says_who_signed_and_shows_every_block(client, published):
    world, publication = published
    html = page(client, results(world))
    assert world.approver.user.full_name in html
    for anchor in ("participation", "themes", "questions", "methode", "donnees"):
        assert f'id="{anchor}"' in html
    assert publication.content_hash in html


def test_sub_themes_stand_under_their_theme_and_are_said_not_to_add_up(client, published):
    world, _publication = published
    html = page(client, results(world))
    above = html.index(f">{make.THEMES[0]}</h3>")
    below = html.index(f">{make.THEMES[1]}</h4>")
    assert above < below
    assert "Ces nombres ne s’additionnent pas" in html
    assert "déjà compté ci-dessus" in html


def test_no_share_is_given_for_a_theme(client, published):
    world, _publication = published
    html = page(client, results(world))
    themes = html[html.index('id="titre-themes"') : html.index('id="titre-questions"')]
    assert "%" not in words(themes)


def test_every_figure_of_the_page_links_to_its_proof_which_answers(client, published):
    world, publication = published
    html = page(client, results(world))
    for row in publication.figures.all():
        assert proof(world, row) in html, row.title
        page(client, proof(world, row))


def test_a_proof_tells_query_base_run_corpus_and_names(client, published):
    world, publication = published
    row = make.figure_of(publication, Block.THEMES, title=make.THEMES[0])
    html = words(page(client, proof(world, row)))
    for said in (
        "Nombre de contributions rattachées au thème",
        world.run.public_id,
        "graine 2023",
        row.figure.corpus_fingerprint,
        world.analyst.user.full_name,
        world.approver.user.full_name,
        "Citations lues et approuvées",
        "Voyez où va votre réponse",
    ):
        assert said in html, said


def test_a_proof_of_another_consultation_is_not_found(client, published):
    _world, publication = published
    other = consultations.opened("Ailleurs")
    page(client, f"/resultats/{other.slug}/preuve/{publication.figures.first().public_id}/", 404)


def test_only_approved_words_are_shown_with_their_label(client, published):
    world, publication = published
    html = page(client, results(world))
    assert "Phrase 0" in html
    assert "Phrase 1" not in html
    assert (
        "Une personne de l’Occitanie" in html
        or "Une personne d’Occitanie" in html
        or "consultation en ligne" in html
    )


@pytest.mark.parametrize("gone", ["hidden", "erased", "revoked", "undone"])
def test_a_quote_leaves_the_page_and_its_proof_at_once(client, personas, published, gone):
    world, publication = published
    theme = make.figure_of(publication, Block.THEMES, title=make.THEMES[0])
    addresses = (results(world), proof(world, theme))
    assert all("Phrase 0" in page(client, address) for address in addresses)
    quote = Quote.objects.get()
    if gone == "hidden":
        moderate(
            personas[RoleCode.MODERATOR],
            contribution=quote.contribution,
            state="ecarte",
            reason="identifiant",
        )
    elif gone == "erased":
        erase_participation(
            Respondent(), participation=quote.contribution.participation, reason=ErasureReason.WITHDRAWN
        )
    elif gone == "revoked":
        analysis.revoke_quote(world.analyst, quote=quote)
    else:
        analysis.undo(world.analyst, theme=world.themes[0])
    assert all("Phrase 0" not in page(client, address) for address in addresses)


def test_few_withdrawals_are_told_as_a_range(client, published):
    world, _publication = published
    assert "Aucune réponse n’a été retirée depuis" in page(client, results(world))
    erase_participation(
        Respondent(), participation=make.participation_of(world, 59), reason=ErasureReason.WITHDRAWN
    )
    assert "de 1 à 10 réponses ont été retirées" in words(page(client, results(world)))


def test_many_withdrawals_are_counted(client, published):
    world, _publication = published
    for rank in range(40, 51):
        erase_participation(
            Respondent(), participation=make.participation_of(world, rank), reason=ErasureReason.WITHDRAWN
        )
    assert "11 réponses ont été retirées" in words(page(client, results(world)))


def test_a_replaced_publication_stays_readable_and_says_so(client, published):
    world, first = published
    make.published(world)
    html = page(client, results(world, "version", "1"))
    assert "Cette publication a été remplacée" in html
    assert "resultats.csv" not in html
    assert "Cette publication a été remplacée" not in page(client, results(world))
    assert "qui a été remplacée" in page(client, proof(world, first.figures.first()))


def test_the_file_has_documented_columns_and_measures(client, published):
    world, _publication = published
    header, *rows = lines(client, world, "resultats.csv")
    assert tuple(header) == COLUMNS
    dictionary = lines(client, world, "dictionnaire.csv")[1:]
    named = {(name, kind) for name, kind, _text in dictionary}
    assert {(column, "colonne") for column in header} <= named
    assert {(row[header.index("mesure")], "mesure") for row in rows} <= named
    assert len([row for row in dictionary if row[1] == "format"]) == 4


def test_the_file_writes_decimals_as_the_french_do_and_marks_secrets(client, published):
    world, _publication = published
    header, *rows = lines(client, world, "resultats.csv")
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    shares = [c["valeur"] for c in cells if c["mesure"] == "share" and c["valeur"]]
    assert any("," in share for share in shares)
    assert not any("." in share for share in shares)
    assert all((c["valeur"] == "") == (c["secret"] == "1") for c in cells if c["mesure"] == "count")
    child = next(c for c in cells if c["intitule"] == make.THEMES[1])
    assert child["dans"] == next(c["chiffre"] for c in cells if c["intitule"] == make.THEMES[0])


def test_no_free_text_is_in_the_files(client, published):
    world, _publication = published
    for name in ("resultats.csv", "dictionnaire.csv"):
        assert "Phrase" not in client.get(results(world, name)).content.decode()


@pytest.mark.parametrize("role", [None, *RoleCode.values])
def test_the_published_pages_are_the_same_for_everyone(personas, published, role):
    world, publication = published
    client = Client()
    if role:
        assert client.login(username=personas[role].user.email, password=accounts.PASSWORD)
    theme = make.figure_of(publication, Block.THEMES, title=make.THEMES[0])
    for address in ("/resultats/", results(world), results(world, "version", "1"), proof(world, theme)):
        page(client, address)
    for name in ("resultats.csv", "dictionnaire.csv"):
        assert client.get(results(world, name)).status_code == 200


def test_the_follow_up_page_leads_from_a_text_to_its_figure(client, published):
    world, publication = published
    client.get(f"/suivre/r/{world.codes[10]}", follow=True)
    html = page(client, "/suivre/reponse/")
    child = make.figure_of(publication, Block.THEMES, title=make.THEMES[1])
    assert proof(world, child) in html
    assert "24\u00a0textes" in html
    client.get(f"/suivre/r/{world.codes[0]}", follow=True)
    html = page(client, "/suivre/reponse/")
    assert "en a approuvé un passage" in html
    assert "Trop peu de personnes en ont parlé" in html
    client.get(f"/suivre/r/{world.codes[59]}", follow=True)
    assert "Sans thème publié" in page(client, "/suivre/reponse/")


def test_a_theme_renamed_afterwards_keeps_its_published_name_on_its_proof(client, published):
    world, publication = published
    row = make.figure_of(publication, Block.THEMES, title=make.THEMES[0])
    analysis.rename_theme(world.analyst, theme=world.themes[0], label="Un mot que personne n’a publié")
    shown = page(client, proof(world, row))
    assert "que personne n’a publié" not in shown
    assert f"«\xa0{make.THEMES[0]}\xa0»" in shown


def test_a_quote_approved_after_the_publication_waits_for_the_next(client, personas, published):
    world, publication = published
    theme = make.figure_of(publication, Block.THEMES, title=make.THEMES[0])
    assert "Phrase 0" in page(client, proof(world, theme))
    Quote.objects.update(approved_at=publication.published_at + timedelta(minutes=1))
    assert "Phrase 0" not in page(client, proof(world, theme))
    assert "Phrase 0" not in page(client, results(world))
