"""The agents' room of the corpus: who opens it, what it counts, what it finds, how a text is moderated.

Fed by factories/analysis.py and personas. Feeds confidence in web/agents/corpus.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.enums import Channel, Moderation, Unit
from fabrique.contributions.models import Contribution
from tests.factories import analysis as make
from tests.factories.accounts import agent
from tests.factories.territories import region

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

READERS = {RoleCode.ANALYST, RoleCode.CODER, RoleCode.MODERATOR, RoleCode.DATA_PROTECTION}
TEXTS = (
    ("Il manque un médecin à Cahors.", "46", Channel.WEB, Unit.PERSON),
    ("MEDECIN introuvable, déplorable.", "30", Channel.PAPER, Unit.PERSON),
    ("Le bus ne passe plus.", None, Channel.WORKSHOP, Unit.GROUP),
    (make.WITH_A_NAME, "46", Channel.WEB, Unit.PERSON),
)


@pytest.fixture
def source(occitanie):
    made = make.source()
    make.participations(
        made,
        [
            make.submission({"needs": text}, place=place, channel=channel, unit=unit)
            for text, place, channel, unit in TEXTS
        ],
    )
    return made


@pytest.fixture
def signed_in(client, analyst):
    client.force_login(analyst.user)
    return client


def address(source, **query) -> str:
    return reverse("agents-corpus:detail", args=[source.public_id], query=query)


def moderate(client, contribution, **given):
    source = contribution.participation.source
    place = reverse("agents-corpus:moderer", args=[source.public_id, contribution.public_id])
    return client.post(place, given, follow=True)


def found(client, source, **query) -> list[str]:
    page = client.get(address(source, **query)).context["page"]
    return [contribution.masked_text for contribution in page]


@pytest.mark.parametrize("code", RoleCode.values)
def test_only_those_who_may_read_the_corpus_open_it(code, source, personas, client):
    client.force_login(personas[code].user)
    expected = 200 if code in READERS else 403
    assert client.get(reverse("agents-corpus:liste")).status_code == expected
    assert client.get(address(source)).status_code == expected


def test_nobody_opens_it_without_signing_in(source, client):
    assert client.get(address(source)).status_code == 302


def test_an_agent_of_another_region_does_not_find_it(source, with_big_cities, client):
    client.force_login(agent(RoleCode.ANALYST, region("11")).user)
    assert client.get(address(source)).status_code == 404
    assert source.label not in client.get(reverse("agents-corpus:liste")).content.decode()


def test_units_are_counted_side_by_side_and_never_summed(source, signed_in):
    context = signed_in.get(address(source)).context
    assert [(line["libelle"], line["nombres"]) for line in context["par_canal"]] == [
        ("atelier citoyen", [0, 1, 0]),
        ("consultation en ligne", [2, 0, 0]),
        ("questionnaire papier", [1, 0, 0]),
    ]
    assert [(line["libelle"], line["nombres"]) for line in context["par_departement"]] == [
        ("Gard", [1, 0, 0]),
        ("Lot", [2, 0, 0]),
        ("non renseigné", [0, 1, 0]),
    ]
    assert [line["contributions"] for line in context["par_question"]] == [4]
    (line,) = signed_in.get(reverse("agents-corpus:liste")).context["sources"]
    assert line["nombres"] == [3, 1, 0]


def test_a_search_folds_case_and_accents_and_wants_all_the_words(source, signed_in):
    assert found(signed_in, source, q="médecin") == [TEXTS[0][0], TEXTS[1][0]]
    assert found(signed_in, source, q="medecin deplorable") == [TEXTS[1][0]]
    assert found(signed_in, source, q="hélicoptère") == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"canal": "papier"}, [1]),
        ({"departement": "46"}, [0, 3]),
        ({"departement": "aucun"}, [2]),
        ({"question": "needs", "canal": "atelier"}, [2]),
        ({"etat": "lu"}, []),
        ({"canal": "pigeon"}, []),
    ],
)
def test_filters_add_up_and_a_value_that_does_not_exist_finds_nothing(query, rows, source, signed_in):
    expected = [Contribution.objects.of_source(source).order_by("pk")[row].masked_text for row in rows]
    assert found(signed_in, source, **query) == expected


def test_the_raw_text_is_shown_nowhere(source, signed_in):
    page = signed_in.get(address(source)).content.decode()
    assert "06 12 34 56 78" not in page
    assert "Lefort" not in page
    assert "[téléphone]" in page
    assert found(signed_in, source, q="lefort") == []


def test_a_long_corpus_comes_by_pages_that_keep_the_filter(occitanie, signed_in):
    source = make.source()
    make.participations(source, [make.submission({"needs": f"Le bus numéro {n}."}) for n in range(53)])
    page = signed_in.get(address(source, q="bus", page="2"))
    assert len(page.context["page"]) == 3
    assert "?q=bus&amp;page=1" in page.content.decode()


def test_a_text_is_marked_as_read_then_unread(source, personas, client):
    client.force_login(personas[RoleCode.MODERATOR].user)
    text = Contribution.objects.of_source(source).first()
    answer = moderate(client, text, etat="lu", retour="q=bus")
    text.refresh_from_db()
    assert text.moderation == Moderation.READ
    assert answer.redirect_chain[0][0] == f"{address(source)}?q=bus#texte-{text.public_id}"
    moderate(client, text, etat="non-lu")
    text.refresh_from_db()
    assert text.moderation == Moderation.UNREAD


def test_hiding_a_text_wants_a_motive(source, signed_in):
    text = Contribution.objects.of_source(source).first()
    assert "Choisissez un motif" in moderate(signed_in, text, etat="ecarte").content.decode()
    moderate(signed_in, text, etat="ecarte", motif="identifiant")
    text.refresh_from_db()
    assert (text.moderation, text.moderation_reason) == (Moderation.HIDDEN, "identifiant")


def test_an_unknown_decision_changes_nothing(source, signed_in):
    text = Contribution.objects.of_source(source).first()
    assert "n’existe pas" in moderate(signed_in, text, etat="brûlé").content.decode()
    text.refresh_from_db()
    assert text.moderation == Moderation.UNREAD


def test_a_reader_of_the_corpus_who_does_not_moderate_sees_no_button_and_is_refused(source, personas, client):
    client.force_login(personas[RoleCode.CODER].user)
    text = Contribution.objects.of_source(source).first()
    assert "Écarter parce que" not in client.get(address(source)).content.decode()
    assert moderate(client, text, etat="lu").status_code == 403


def test_coming_back_never_leaves_the_site(source, signed_in):
    text = Contribution.objects.of_source(source).first()
    answer = moderate(signed_in, text, etat="lu", retour="//ailleurs.example/")
    assert answer.redirect_chain[0][0].startswith(address(source))
