"""The agents' room of the corpus: who opens it, what it counts, what it finds, how a text is moderated.

Fed by factories/analysis.py and personas. Feeds confidence in web/agents/corpus.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.contributions import services
from fabrique.contributions.enums import Channel, ErasureReason, Moderation, SourceKind, Unit
from fabrique.contributions.models import Contribution, Participation, Source, Tombstone
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


# --- erasing a participation


def erasing(text) -> str:
    return reverse("agents-corpus:effacer", args=[text.participation.source.public_id, text.public_id])


@pytest.fixture
def officer(client, personas):
    client.force_login(personas[RoleCode.DATA_PROTECTION].user)
    return client


@pytest.fixture
def spoken(occitanie):
    """What a group said, under two questions."""
    made = make.source()
    said = {"needs": make.WITH_A_NAME, "worries": "Le bus ne passe plus."}
    make.participations(made, [make.submission(said, channel=Channel.WORKSHOP, unit=Unit.GROUP)])
    return Contribution.objects.of_source(made).order_by("pk").first()


def test_the_officer_reads_what_goes_before_erasing_the_whole_participation(source, spoken, officer):
    assert erasing(spoken) in officer.get(address(spoken.participation.source)).content.decode()
    page = officer.get(erasing(spoken)).content.decode()
    assert "Le bus ne passe plus." in page, "the other text of the participation goes too"
    assert "[téléphone]" in page
    assert "06 12 34 56 78" not in page
    assert "groupe" in page
    assert "atelier citoyen" in page
    assert Participation.objects.filter(pk=spoken.participation_id).exists(), "reading erases nothing"
    kept = Contribution.objects.of_source(source).count()
    answer = officer.post(erasing(spoken), follow=True)
    assert answer.redirect_chain == [(address(spoken.participation.source), 302)]
    assert "La participation est effacée" in answer.content.decode()
    assert not Contribution.objects.of_source(spoken.participation.source).exists()
    assert Contribution.objects.of_source(source).count() == kept
    assert Tombstone.objects.get().reason == ErasureReason.RIGHTS
    assert JournalLine.objects.get(verb="contributions.erase").actor_kind == "agent"


def test_signed_minutes_are_told_to_stay_where_the_text_comes_from_a_meeting(spoken, officer):
    told = "le compte rendu signé, qui ne change pas"
    assert told not in officer.get(erasing(spoken)).content.decode()
    Source.objects.filter(pk=spoken.participation.source_id).update(kind=SourceKind.MEETING)
    assert told in officer.get(erasing(spoken)).content.decode()


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_text_gone_meanwhile_is_said_plainly(verb, spoken, officer):
    place = erasing(spoken)
    officer.post(place)
    answer = getattr(officer, verb)(place, follow=True)
    assert "n’est plus dans le corpus" in answer.content.decode()
    assert Tombstone.objects.count() == 1


def test_a_participation_withdrawn_at_the_same_instant_is_said_plainly(spoken, officer, monkeypatch):
    real = services.erase_participation

    def after_another(actor, **given):
        real(actor, **given)
        return real(actor, **given)

    monkeypatch.setattr(services, "erase_participation", after_another)
    answer = officer.post(erasing(spoken), follow=True)
    assert "déjà été retirée" in answer.content.decode()
    assert Tombstone.objects.count() == 1


@pytest.mark.parametrize("code", [code for code in RoleCode.values if code != RoleCode.DATA_PROTECTION])
def test_nobody_else_erases_nor_sees_the_link(code, spoken, personas, client):
    client.force_login(personas[code].user)
    assert client.get(erasing(spoken)).status_code == 403
    assert client.post(erasing(spoken)).status_code == 403
    assert "/effacer/" not in client.get(address(spoken.participation.source)).content.decode()
    assert Participation.objects.filter(pk=spoken.participation_id).exists()


def test_an_officer_of_another_region_erases_nothing(spoken, with_big_cities, client):
    client.force_login(agent(RoleCode.DATA_PROTECTION, region("11")).user)
    assert client.get(erasing(spoken)).status_code == 404
    assert client.post(erasing(spoken)).status_code == 404
    assert Participation.objects.filter(pk=spoken.participation_id).exists()


def test_a_text_is_not_erased_under_the_address_of_another_source(source, spoken, officer):
    place = reverse("agents-corpus:effacer", args=[source.public_id, spoken.public_id])
    assert officer.get(place).status_code == 404
    assert officer.post(place).status_code == 404
    assert Participation.objects.filter(pk=spoken.participation_id).exists()
