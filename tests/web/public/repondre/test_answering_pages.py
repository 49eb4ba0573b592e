"""The answering pages without JavaScript: errors keep what is typed, nothing is sent twice, help shows."""

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.consultations.services.answering import content_of
from fabrique.contributions.models import Participation
from tests.factories import consultations
from tests.factories.contributions import ACCESS, TEXT, answer_all, begin, fill, form_to_send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def consultation(occitanie) -> Consultation:
    return consultations.opened()


def page_of(client: Client, consultation: Consultation, part: str) -> str:
    return client.get(f"/consultations/{consultation.slug}/repondre/partie/{part}/").content.decode()


def check_url(consultation: Consultation) -> str:
    return f"/consultations/{consultation.slug}/repondre/verifier/"


def typed() -> dict:
    return dict(content_of(DraftResponse.objects.get()).answers)


def test_consent_is_not_ticked_beforehand_and_its_absence_is_said(client: Client, consultation) -> None:
    start = client.get(f"/consultations/{consultation.slug}/repondre/").content.decode()
    assert 'name="consent"' in start
    assert "checked" not in start.split('name="consent"')[1].split(">")[0]
    sent = begin(client, consultation, consent="")
    assert "cochez la case d’accord" in sent.content.decode()
    assert not DraftResponse.objects.exists()


def test_too_young_is_told_kindly_what_to_do(client: Client, consultation) -> None:
    sent = begin(client, consultation, age="0").content.decode()
    assert "Un adulte peut répondre en parlant de vous" in sent


def test_without_a_response_under_way_a_part_leads_to_the_start(client: Client, consultation) -> None:
    answer = client.get(f"/consultations/{consultation.slug}/repondre/partie/access/")
    assert answer["Location"] == f"/consultations/{consultation.slug}/repondre/"


def test_a_closed_consultation_says_so(client: Client, consultation) -> None:
    Consultation.objects.update(
        closes_at=consultation.opens_at.replace(year=2020), opens_at="2019-01-01T00:00Z"
    )
    answer = client.get(f"/consultations/{consultation.slug}/repondre/")
    assert answer.status_code == 410
    assert "ne reçoit pas de réponse" in answer.content.decode()


def test_an_error_is_summed_up_linked_to_its_field_and_everything_typed_is_kept(
    client: Client, consultation
) -> None:
    begin(client, consultation)
    page = fill(
        client, consultation, "ideas", **{"q-minutes": "douze", "q-priorities-2": "mental"}
    ).content.decode()
    assert 'href="#q-minutes"' in page
    assert 'id="q-minutes"' in page
    assert 'href="#q-priorities-1"' in page
    assert 'value="douze"' in page
    assert "trois mois d’attente" in page
    assert typed()["minutes"] == "douze"
    assert "<title>Erreur" in page


def test_too_many_choices_and_the_exclusive_one_are_refused_in_words(client: Client, consultation) -> None:
    begin(client, consultation)
    page = fill(client, consultation, "access", **{"q-difficulties": ["delay", "none"]}).content.decode()
    assert "ne va pas avec une autre réponse" in page
    page = fill(
        client, consultation, "access", **{"q-difficulties": ["delay", "cost", "distance"]}
    ).content.decode()
    assert "2 réponses au plus" in page


def test_a_question_that_depends_on_the_same_page_is_there_with_its_condition_in_words(
    client: Client, consultation
) -> None:
    begin(client, consultation)
    page = page_of(client, consultation, "access")
    assert "Si vous avez répondu" in page
    assert 'name="q-gave_up_which"' in page


def test_what_a_hidden_question_holds_is_not_sent_and_the_check_page_says_so(
    client: Client, consultation
) -> None:
    begin(client, consultation)
    fill(client, consultation, "access", **{"q-gave_up": "no"})
    page = client.get(check_url(consultation)).content.decode()
    assert "ne sera pas envoyé" in page
    assert typed()["gave_up_which"] == "des lunettes"


def test_a_commune_is_found_in_two_steps(client: Client, consultation) -> None:
    begin(client, consultation)
    sent = fill(
        client,
        consultation,
        "profile",
        **{"q-commune": "", "q-commune-recherche": "caho", "chercher": "commune"},
    )
    assert sent.status_code == 302
    page = page_of(client, consultation, "profile")
    assert "Cahors (Lot, 46)" in page
    assert 'value="commune:46042"' in page
    fill(client, consultation, "profile", **{"q-commune-recherche": "caho"})
    assert typed()["commune"] == {"commune": "46042"}


def test_a_commune_typed_and_not_chosen_is_asked_again_with_the_list(client: Client, consultation) -> None:
    begin(client, consultation)
    page = fill(
        client, consultation, "profile", **{"q-commune": "", "q-commune-recherche": "Saint g"}
    ).content.decode()
    assert "Choisissez votre commune dans la liste" in page
    assert "Saint-Girons (Ariège, 09)" in page


def test_no_commune_found_says_what_to_try(client: Client, consultation) -> None:
    begin(client, consultation)
    fill(
        client,
        consultation,
        "profile",
        **{"q-commune": "", "q-commune-recherche": "zzzz", "chercher": "commune"},
    )
    assert "Aucune commune ne correspond" in page_of(client, consultation, "profile")


def test_living_elsewhere_is_an_answer(client: Client, consultation) -> None:
    begin(client, consultation)
    fill(client, consultation, "profile", **{"q-commune": "special:outside_region"})
    assert typed()["commune"] == {"special": "outside_region"}


def test_an_answer_to_an_optional_choice_can_be_taken_back(client: Client, consultation) -> None:
    begin(client, consultation)
    fill(client, consultation, "profile")
    assert "Retirer ma réponse à cette question" in page_of(client, consultation, "profile")
    fill(client, consultation, "profile", **{"q-sex": ""})
    assert "sex" not in typed()


def test_later_keeps_an_incomplete_page_and_the_code_resumes_it_elsewhere(
    client: Client, consultation
) -> None:
    begin(client, consultation)
    sent = fill(client, consultation, "ideas", action="plus-tard", **{"q-minutes": "douze"})
    assert sent["Location"].endswith("/plus-tard/")
    code = content_of(DraftResponse.objects.get()).code
    elsewhere = Client()
    resumed = elsewhere.post("/reprendre/", {"code": f" {code[:4].lower()} {code[4:]}"})
    assert resumed["Location"].endswith("/partie/access/")
    assert 'value="douze"' in page_of(elsewhere, consultation, "ideas")


def test_an_unknown_code_resumes_nothing(client: Client) -> None:
    page = client.post("/reprendre/", {"code": "AAAAA-AAAAA-AAAA"}).content.decode()
    assert "fr-message--error" in page


def test_the_code_of_a_response_already_sent_leads_to_its_follow_up(client: Client, consultation) -> None:
    form = answer_all(client, consultation)
    code = content_of(DraftResponse.objects.get()).code
    client.post(check_url(consultation), form)
    assert client.post("/reprendre/", {"code": code})["Location"] == "/suivre/"


def test_words_of_distress_show_the_help_numbers_on_the_next_page(client: Client, consultation) -> None:
    begin(client, consultation)
    assert "Besoin d’aide maintenant" not in page_of(client, consultation, "profile")
    fill(client, consultation, "ideas", **{"q-needs": "Je ne veux plus vivre."})
    page = page_of(client, consultation, "profile")
    assert "Besoin d’aide maintenant" in page
    assert "Personne ne lit votre réponse en direct" in page
    assert 'href="tel:3114"' in page


def test_easy_read_keeps_the_answers(client: Client, consultation) -> None:
    begin(client, consultation)
    fill(client, consultation, "access")
    fill(client, consultation, "access", action="falc")
    assert "Se soigner, c’est facile ?" in page_of(client, consultation, "access").replace("\u00a0", " ")
    assert typed()["easy"] == "disagree"


def test_giving_up_erases_everything_at_once(client: Client, consultation) -> None:
    begin(client, consultation)
    client.post(f"/consultations/{consultation.slug}/repondre/abandonner/")
    assert not DraftResponse.objects.exists()


def test_an_incomplete_response_cannot_be_sent_and_links_to_what_lacks(client: Client, consultation) -> None:
    begin(client, consultation)
    page = client.get(check_url(consultation)).content.decode()
    assert "Envoyer ma réponse" not in page
    assert "/partie/access/?retour=verifier#q-easy-0" in page


def test_mending_from_the_check_page_goes_back_to_it(client: Client, consultation) -> None:
    begin(client, consultation)
    assert fill(client, consultation, "access", retour="verifier")["Location"] == check_url(consultation)


def test_a_double_click_a_reload_and_the_back_button_make_one_response_with_one_code(
    client: Client, consultation
) -> None:
    form = answer_all(client, consultation)
    for _ in range(3):
        assert client.post(check_url(consultation), form)["Location"] == "/repondre/merci/"
    code = client.get("/repondre/merci/").context["code"]
    other = Client()
    assert other.post(check_url(consultation), form)["Location"] == "/repondre/merci/"
    assert other.get("/repondre/merci/").context["code"] == code
    assert Participation.objects.count() == 1


def test_a_wrong_result_to_the_plain_question_keeps_everything_and_asks_another(
    client: Client, consultation
) -> None:
    form = answer_all(client, consultation)
    page = client.post(check_url(consultation), {**form, "calcul": "99"}).content.decode()
    assert "pas encore envoyée" in page
    assert 'href="#calcul"' in page
    assert client.post(check_url(consultation), form_to_send(page))["Location"] == "/repondre/merci/"


def test_too_many_submissions_are_told_to_wait_and_the_response_is_kept(
    client: Client, consultation, settings
) -> None:
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 0
    answer = client.post(check_url(consultation), answer_all(client, consultation))
    assert answer.status_code == 429
    assert "réessayez dans une minute" in answer.content.decode()
    assert DraftResponse.objects.count() == 1


def test_an_altered_form_is_refused_and_the_response_is_kept(client: Client, consultation) -> None:
    form = answer_all(client, consultation)
    page = client.post(check_url(consultation), {**form, "form": "v1:dev:AAAA"}).content.decode()
    assert "Vos réponses sont gardées" in page
    assert not Participation.objects.exists()


def test_the_receipt_survives_a_reload_and_clearing_the_screen_forgets_it(
    client: Client, consultation
) -> None:
    client.post(check_url(consultation), answer_all(client, consultation))
    receipt = client.get("/repondre/merci/")
    assert receipt["Cache-Control"] == "no-store, private"
    assert client.get("/repondre/merci/").context["code"] == receipt.context["code"]
    assert "<svg" in receipt.content.decode()
    client.post("/repondre/effacer/")
    assert client.get("/repondre/merci/")["Location"] == "/suivre/"


def test_no_page_says_the_forbidden_word_and_none_is_cached(client: Client, consultation) -> None:
    answer_all(client, consultation)
    slug = consultation.slug
    for address in (
        "",
        "partie/access/",
        "partie/ideas/",
        "partie/profile/",
        "verifier/",
        "plus-tard/",
        "abandonner/",
    ):
        answer = client.get(f"/consultations/{slug}/repondre/{address}")
        assert "anonym" not in answer.content.decode().lower()
        assert "no-store" in answer["Cache-Control"]
    for address in (
        f"/consultations/{slug}/",
        f"/consultations/{slug}/donnees-personnelles/",
        "/reprendre/",
        "/suivre/",
    ):
        assert "anonym" not in client.get(address).content.decode().lower()


def test_a_part_takes_few_queries_whatever_its_questions(
    client: Client, consultation, django_assert_max_num_queries
) -> None:
    begin(client, consultation)
    fill(client, consultation, "access")
    for part, most in (("access", 4), ("ideas", 4), ("profile", 6)):
        with django_assert_max_num_queries(most):
            page_of(client, consultation, part)


def test_the_session_holds_neither_text_nor_code_in_clear(client: Client, consultation) -> None:
    client.post(check_url(consultation), answer_all(client, consultation))
    code = client.get("/repondre/merci/").context["code"]
    held = str(dict(client.session))
    for word in (code, code.replace("-", ""), TEXT, ACCESS["q-gave_up_which"]):
        assert word not in held


def test_going_back_keeps_what_is_typed(client: Client, consultation) -> None:
    begin(client, consultation)
    sent = fill(client, consultation, "ideas", action="precedente", **{"q-minutes": "douze"})
    assert sent["Location"].endswith("/partie/access/")
    assert typed()["minutes"] == "douze"


def test_the_start_page_says_all_that_is_missing_at_once(client: Client, consultation) -> None:
    page = client.post(reverse("repondre:debut", args=[consultation.slug]), {"register": "standard"})
    shown = page.content.decode()
    assert "Indiquez votre âge" in shown
    assert "Sans votre accord, rien n’est gardé" in shown
