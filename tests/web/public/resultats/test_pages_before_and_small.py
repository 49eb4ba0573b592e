"""The published pages of instances that each test makes: nothing yet, not yet published, small, crowded."""

import re

import pytest

from fabrique.restitution.enums import Block
from tests.factories import consultations
from tests.factories import restitution as make
from tests.web.public.resultats.test_pages import lines, page, proof, results

pytestmark = pytest.mark.django_db


def test_without_anything_the_list_says_what_will_come(client, occitanie):
    assert "Aucun résultat pour le moment" in page(client, "/resultats/")


def test_before_publication_a_page_says_when_it_is_promised(client, personas):
    world = make.world(personas)
    make.accept(world)
    make.prepared(world)
    html = page(client, results(world))
    assert "Ces résultats ne sont pas encore publiés" in html
    assert "Attendre" not in html


def test_a_preparation_has_no_public_address(client, personas):
    world = make.world(personas)
    make.accept(world)
    publication = make.prepared(world)
    page(client, results(world, "version", "1"), 404)
    page(client, proof(world, publication.figures.first()), 404)
    page(client, results(world, "resultats.csv"), 404)
    page(client, results(world, "dictionnaire.csv"), 404)


def test_a_draft_consultation_has_no_public_address(client, occitanie):
    draft = consultations.draft()
    page(client, f"/resultats/{draft.slug}/", 404)


@pytest.mark.parametrize("size", [9, 20, 82])
def test_small_groups_show_on_no_page_and_in_no_file(client, personas, size):
    """Every count of persons or texts of one to ten, wherever it could stand: page, proofs, files."""
    world, publication = make.a_published_world(personas, size)
    small = re.compile(r"(?<![\d, ])\b([1-9]|10)\u00a0(personnes?|textes?|questionnaires?)\b")
    cells = re.compile(r'<td class="fab-nombre">([1-9]|10)</td>')
    for address in [results(world), *(proof(world, row) for row in publication.figures.all())]:
        html = page(client, address)
        assert not small.search(html), (address, small.search(html))
        assert not cells.search(html), address
    header, *rows = lines(client, world, "resultats.csv")
    values = {row[header.index(name)] for row in rows for name in ("valeur", "base", "sans_reponse")
              if row[header.index("mesure")] not in ("mean", "median", "q1", "q3", "share")}  # fmt: skip
    assert not values & {str(n) for n in range(1, 11)}


def test_the_page_takes_a_bounded_number_of_queries(client, personas, django_assert_max_num_queries):
    world, publication = make.a_published_world(personas, 60)
    for text in range(12):
        make.quote(world, 0, text)
        make.quote(world, 1, text)
    with django_assert_max_num_queries(16):
        page(client, results(world))
    with django_assert_max_num_queries(16):
        page(client, proof(world, make.figure_of(publication, Block.THEMES, title=make.THEMES[0])))
