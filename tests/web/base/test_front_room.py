"""Home, sign-in, display, files for machines: what each says and refuses.

Fed by the factories. Feeds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, override_settings

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now, today
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.web.public.accueil.throttle import FAILURES, WINDOW_SECONDS
from tests.factories import accounts, consultations

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/aide/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/connexion/",
    "/affichage/",
]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def html(client: Client, address: str = "/") -> str:
    """The page, its no-break spaces as the reader sees them."""
    return client.get(address).content.decode().replace("&nbsp;", " ").replace("\u00a0", " ")


# --- every page of the room


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_french_has_one_heading_and_its_skip_links(client: Client, address: str) -> None:
    page = html(client, address)
    assert '<html lang="fr"' in page
    assert page.count("<h1") == 1
    assert 'href="#contenu"' in page
    assert 'id="contenu"' in page
    assert "anonym" not in page.lower()
    assert "!" not in page.split("<body", 1)[1].replace("<!--", "")


def test_the_language_of_the_page_is_the_one_that_the_reader_asked_for(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"})
    assert '<html lang="en"' in page.content.decode()
    assert "Accept-Language" in page["Vary"]
    assert '<html lang="fr"' in client.get("/", headers={"accept-language": "de"}).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_the_true_state_of_accessibility_stands_on_every_page(client: Client, address: str) -> None:
    assert "Accessibilité : non conforme" in html(client, address)


@pytest.mark.parametrize("address", PAGES)
def test_no_state_emblem_unless_the_deployment_is_authorised(client: Client, address: str) -> None:
    assert "République" not in html(client, address)
    with override_settings(FABRIQUE_THEME="dsfr"):
        assert "République" in html(client, address)
        assert "theme-neutre.css" not in html(client, address)


@pytest.mark.parametrize("address", PAGES)
def test_the_theme_comes_before_dsfr_so_that_no_letters_of_the_state_are_fetched(
    client: Client, address: str
) -> None:
    """Chromium measures a sign-in form before its last sheet is there: DSFR alone would fetch Marianne."""
    page = html(client, address)
    assert 0 < page.index("theme-neutre") < page.index("dsfr.main")


def test_the_menu_and_the_map_of_the_site_name_every_public_room(client: Client) -> None:
    for address in ("/", "/plan-du-site/"):
        page = html(client, address)
        for target in ('href="/suivre/"', 'href="/resultats/"', 'href="/aide/"'):
            assert target in page


@pytest.mark.parametrize("number", ["15", "17", "112", "114", "119", "3114", "3919"])
def test_the_help_page_gives_each_number_to_call(client: Client, number: str) -> None:
    assert f'href="tel:{number}"' in html(client, "/aide/")


def test_the_help_page_says_what_this_place_is_not(client: Client) -> None:
    page = html(client, "/aide/")
    assert "Personne ne lit votre réponse en direct" in page
    assert "Ceci n’est pas une réclamation" in page
    assert "signalement.social-sante.gouv.fr" in page


def test_the_statement_of_accessibility_has_its_parts(client: Client) -> None:
    page = html(client, "/accessibilite/")
    for part in ("n’est", "pas conforme", "établie le", "Défenseur des droits", "Une difficulté"):
        assert part in page


@override_settings(FABRIQUE_CONTACT_EMAIL="contact@exemple.test", FABRIQUE_DPO_EMAIL="dpd@exemple.test")
def test_contacts_come_from_the_settings(client: Client) -> None:
    assert "mailto:contact@exemple.test" in html(client, "/accessibilite/")
    assert "mailto:dpd@exemple.test" in html(client, "/donnees-personnelles/")


def test_every_cookie_that_the_site_sets_is_told(client: Client, account: Any) -> None:
    page = html(client, "/donnees-personnelles/")
    client.get("/connexion/")
    sign_in(client)
    client.post("/affichage/", {"display": "clair"})
    assert len(client.cookies) >= 3
    assert [name for name in client.cookies if f'<th scope="row">{name}</th>' not in page] == []


# --- demonstration


def test_an_instance_of_demonstration_says_so_everywhere(client: Client) -> None:
    for address in PAGES:
        assert "consultation fictive" not in html(client, address)
        with override_settings(FABRIQUE_DEMONSTRATION=True):
            assert "Démonstration : consultation fictive." in html(client, address)


def test_a_fictitious_consultation_on_the_home_page_is_called_so(client: Client, occitanie: Any) -> None:
    consultations.opened()
    assert "consultation fictive" not in html(client)
    Consultation.objects.update(fictitious=True)
    assert "Démonstration : consultation fictive." in html(client)


# --- home


def test_without_a_consultation_the_home_page_says_so(client: Client) -> None:
    assert "Aucune consultation n’est ouverte en ce moment" in html(client)


def test_an_open_consultation_has_one_main_action(client: Client, occitanie: Any) -> None:
    one = consultations.opened("Parlons santé")
    page = html(client)
    assert "Parlons santé" in page
    assert page.count("fr-btn--lg") == 1
    assert f"/consultations/{one.slug}/" in page
    assert "Aucune consultation n’est ouverte" not in page


def test_a_draft_never_shows(client: Client, occitanie: Any) -> None:
    consultations.draft("Encore un brouillon")
    assert "Encore un brouillon" not in html(client)


def test_a_consultation_past_its_closing_time_cannot_be_answered(client: Client, occitanie: Any) -> None:
    one = consultations.opened("Parlons santé")
    Consultation.objects.filter(pk=one.pk).update(
        opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(seconds=1)
    )
    page = html(client)
    assert "Répondre au questionnaire" not in page
    assert "Consultations terminées" in page
    assert "Voir où nous en sommes" in page


def test_a_consultation_that_opens_tomorrow_is_announced(client: Client, occitanie: Any) -> None:
    one = consultations.opened("Parlons santé")
    Consultation.objects.filter(pk=one.pk).update(opens_at=now() + timedelta(days=1))
    page = html(client)
    assert "Bientôt" in page
    assert "Cette consultation ouvre le" in page
    assert "Répondre au questionnaire" not in page


def test_a_late_promise_is_owned_up_to(client: Client, occitanie: Any) -> None:
    one = consultations.opened("Parlons santé")
    Consultation.objects.filter(pk=one.pk).update(
        state=State.CLOSED, restitution_due=today() - timedelta(days=1)
    )
    assert "Nous sommes en retard" in html(client)
    Consultation.objects.filter(pk=one.pk).update(restitution_due=today())
    assert "Nous sommes en retard" not in html(client)


def test_a_published_consultation_leads_to_its_results(client: Client, occitanie: Any) -> None:
    one = consultations.opened("Parlons santé")
    Consultation.objects.filter(pk=one.pk).update(
        state=State.PUBLISHED, opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=2)
    )
    assert f'href="/resultats/{one.slug}/"' in html(client)


# --- light or dark


def test_by_default_the_page_follows_the_device(client: Client) -> None:
    assert "(prefers-color-scheme: dark)" in html(client)


@pytest.mark.parametrize(("choice", "dark_sheet"), [("clair", False), ("sombre", True)])
def test_a_chosen_display_holds_whatever_the_device(client: Client, choice: str, dark_sheet: bool) -> None:
    response = client.post("/affichage/", {"display": choice, "retour": "/aide/"})
    assert (response.status_code, response["Location"]) == (302, "/aide/")
    page = html(client)
    assert ("sombre.css" in page) is dark_sheet
    assert "prefers-color-scheme" not in page


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.test/", "//ailleurs.test/", "javascript:alert(1)"])
def test_the_choice_of_display_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    response = client.post("/affichage/", {"display": "clair", "retour": elsewhere})
    assert response["Location"] == "/"
    assert "ailleurs.test" not in html(client, f"/affichage/?retour={elsewhere}")


def test_an_unknown_display_is_refused_with_a_summary_of_errors(client: Client) -> None:
    page = client.post("/affichage/", {"display": "violet"}).content.decode()
    assert 'href="#id_display_0"' in page
    assert "<title>Erreur" in page.replace("\n", "")


# --- signing in


def sign_in(client: Client, password: str = accounts.PASSWORD, email: str = "agent@exemple.test") -> Any:
    return client.post(
        "/connexion/", {"username": email, "password": password, "next": "/agents/composants/"}
    )


@pytest.fixture
def account(occitanie: Any) -> Any:
    return accounts.user(email="agent@exemple.test", password=accounts.PASSWORD)


def test_the_right_password_leads_where_one_was_going(client: Client, account: Any) -> None:
    assert sign_in(client)["Location"] == "/agents/composants/"


def test_the_address_may_be_typed_in_capitals(client: Client, account: Any) -> None:
    assert sign_in(client, email="Agent@Exemple.TEST").status_code == 302


def test_a_wrong_password_says_what_to_check_and_not_which_half_is_wrong(
    client: Client, account: Any
) -> None:
    known = sign_in(client, "faux").content.decode()
    unknown = sign_in(client, "faux", "personne@exemple.test").content.decode()
    sentence = "Cette adresse et ce mot de passe ne vont pas ensemble."
    assert sentence in known
    assert sentence in unknown


def test_after_five_failures_the_account_rests_even_with_the_right_password(
    client: Client, account: Any
) -> None:
    for _ in range(FAILURES):
        assert "ne vont pas ensemble" in sign_in(client, "faux").content.decode()
    assert "Trop d’essais pour ce compte" in sign_in(client).content.decode()
    assert "_auth_user_id" not in client.session


def test_case_and_spaces_do_not_give_more_attempts(client: Client, account: Any) -> None:
    for email in ("agent@exemple.test", "AGENT@exemple.test", " agent@exemple.test ") * 2:
        sign_in(client, "faux", email)
    assert "Trop d’essais" in sign_in(client).content.decode()


def test_another_account_is_not_held_up(client: Client, account: Any) -> None:
    for _ in range(FAILURES):
        sign_in(client, "faux", "autre@exemple.test")
    assert sign_in(client).status_code == 302


def test_the_rest_ends_by_itself(client: Client, account: Any, time_machine_or_cache: Any) -> None:
    for _ in range(FAILURES):
        sign_in(client, "faux")
    time_machine_or_cache(WINDOW_SECONDS + 1)
    assert sign_in(client).status_code == 302


@pytest.fixture
def time_machine_or_cache(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the cache's clock forward."""
    import time

    real = time.time

    def forward(seconds: int) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return forward


def test_a_success_forgets_the_failures(client: Client, account: Any) -> None:
    for _ in range(FAILURES - 1):
        sign_in(client, "faux")
    assert sign_in(client).status_code == 302
    client.logout()
    assert "ne vont pas ensemble" in sign_in(client, "faux").content.decode()


def test_the_throttle_keeps_no_address_of_anybody(client: Client, account: Any) -> None:
    sign_in(client, "faux")
    kept = " ".join(str(key) for key in cache._cache)  # type: ignore[attr-defined]
    assert kept
    assert "exemple.test" not in kept
    assert "127.0.0.1" not in kept


def test_a_closed_account_cannot_sign_in(client: Client, account: Any) -> None:
    account.is_active = False
    account.save()
    assert sign_in(client).status_code == 200


def test_signing_in_never_leads_to_another_site(client: Client, account: Any) -> None:
    form = {"username": account.email, "password": accounts.PASSWORD, "next": "https://ailleurs.test/"}
    assert client.post("/connexion/", form)["Location"] == "/agents/"


def test_one_signs_out_by_post_only(client: Client, account: Any) -> None:
    client.force_login(account)
    assert client.get("/deconnexion/").status_code == 405
    assert client.get("/agents/").status_code == 200
    assert client.post("/deconnexion/")["Location"] == "/"
    assert client.get("/agents/").status_code == 302


# --- files for machines


def test_health_answers_ok(client: Client) -> None:
    response = client.get("/sante/")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-cache" in response["Cache-Control"]


def test_health_fails_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DatabaseError("perdue")

    monkeypatch.setattr(connection, "cursor", broken)
    response = client.get("/sante/")
    assert response.status_code == 503
    assert b"perdue" not in response.content


def test_security_txt_names_a_contact_and_lapses_within_a_year(client: Client) -> None:
    with override_settings(FABRIQUE_CONTACT_EMAIL="contact@exemple.test"):
        lines = dict(
            line.split(": ", 1)
            for line in client.get("/.well-known/security.txt").content.decode().splitlines()
        )
    assert lines["Contact"] == "mailto:contact@exemple.test"
    from datetime import datetime

    expires = datetime.fromisoformat(lines["Expires"])
    assert now() < expires < now() + timedelta(days=365)
    assert "/mentions-legales/" in client.get("/.well-known/security.txt").content.decode()


@pytest.mark.parametrize("folder", ["/agents/", "/suivre/", "/repondre/", "/connexion/"])
def test_robots_are_kept_out_of_personal_pages(client: Client, folder: str) -> None:
    assert f"Disallow: {folder}\n" in client.get("/robots.txt").content.decode()


# --- the agents' front page, for each persona


@pytest.mark.parametrize("role", RoleCode.values)
def test_each_role_sees_its_own_rooms_and_can_enter_them(client: Client, personas: Any, role: str) -> None:
    from django.urls import reverse

    from fabrique.accounts.rights import holds
    from fabrique.web.agents.accueil.cards import CARDS

    actor = personas[role]
    client.force_login(actor.user)
    page = html(client, "/agents/")
    assert "Ce qui m’attend" in page
    for card in CARDS:
        held = any(holds(actor, verb) for verb in card.verbs)
        assert (f'href="{reverse(card.route)}"' in page) is held, card.route
        answer = client.get(reverse(card.route))
        assert answer.status_code == 200 if held else answer.status_code in (200, 403)
    assert client.get("/agents/composants/").status_code == 200


def test_an_agent_without_a_role_is_told_what_to_do(client: Client, account: Any) -> None:
    client.force_login(account)
    assert "Votre compte n’a pas encore de rôle" in html(client, "/agents/")
