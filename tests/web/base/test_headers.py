"""Security headers: a strict content policy, no cache for what is personal, no referrer from a receipt.

Fed by the middlewares and settings. Feeds nothing.
"""

from __future__ import annotations

import io
import logging
import re
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import Client
from django.urls import path

from fabrique.urls import urlpatterns
from tests.factories import consultations

pytestmark = pytest.mark.django_db

PUBLIC = ["/", "/aide/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/", "/plan-du-site/"]
PERSONAL = ["/suivre/", "/connexion/", "/reprendre/", "/repondre/absent/", "/suivre/absent/"]
WITH_A_TOKEN = [
    "/abonnements/confirmer/absent/",
    "/abonnements/terminer/absent/",
    "/relais/invitation/absent/",
]


def policy(response: Any) -> dict[str, list[str]]:
    directives = response["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (directive.split() for directive in directives)}


@pytest.mark.parametrize("address", [*PUBLIC, "/connexion/", "/page-absente/"])
def test_the_content_policy_is_strict_on_every_page(client: Client, address: str) -> None:
    allowed = policy(client.get(address))
    assert allowed["default-src"] == ["'none'"]
    assert allowed["frame-ancestors"] == ["'none'"]
    assert allowed["base-uri"] == ["'self'"]
    assert allowed["form-action"] == ["'self'"]
    words = {word for values in allowed.values() for word in values}
    assert not words & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
    assert not [word for word in words if "." in word], "no other site is allowed"


@pytest.mark.parametrize("address", PUBLIC)
def test_pages_hold_no_inline_style_and_no_script_without_nonce(client: Client, address: str) -> None:
    html = client.get(address).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"<script(?![^>]*nonce=)[^>]*>", html)


def test_a_nonce_serves_one_answer_only(client: Client, settings: Any, personas: Any) -> None:
    def scripted(request: HttpRequest) -> HttpResponse:
        page = Template('<script nonce="{{ request.csp_nonce }}"></script>')
        return HttpResponse(page.render(RequestContext(request)))

    settings.ROOT_URLCONF = ModuleType("urls_with_a_script")
    vars(settings.ROOT_URLCONF)["urlpatterns"] = [*urlpatterns, path("agents/script/", scripted)]
    client.force_login(personas["analyste"].user)
    nonces = set()
    for _ in range(3):
        response = client.get("/agents/script/")
        (nonce,) = re.findall(r'nonce="([^"]{16,})"', response.content.decode())
        assert f"'nonce-{nonce}'" in policy(response)["script-src"]
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.parametrize("address", ["/", "/connexion/", "/page-absente/"])
def test_browsers_neither_guess_types_nor_frame_our_pages(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("address", [*PERSONAL, *WITH_A_TOKEN])
def test_personal_pages_stay_out_of_every_cache(client: Client, address: str) -> None:
    assert "no-store" in client.get(address)["Cache-Control"]


def test_the_pages_where_one_answers_stay_out_of_every_cache(client: Client, occitanie: Any) -> None:
    one = consultations.opened()
    for more in ("", "partie/access/", "verifier/"):
        response = client.get(f"/consultations/{one.slug}/repondre/{more}")
        assert "no-store" in response["Cache-Control"], more
        assert response["Referrer-Policy"] in ("same-origin", "no-referrer"), more


def test_agents_pages_stay_out_of_every_cache(client: Client, personas: Any) -> None:
    client.force_login(personas["analyste"].user)
    assert "no-store" in client.get("/agents/")["Cache-Control"]


def test_any_page_shown_to_an_agent_stays_out_of_every_cache(client: Client, personas: Any) -> None:
    client.force_login(personas["analyste"].user)
    assert "no-store" in client.get("/agents/page-absente/")["Cache-Control"]
    assert "no-store" in client.get("/connexion/")["Cache-Control"]


def test_the_home_page_may_be_kept_and_sets_no_cookie(client: Client) -> None:
    response = client.get("/")
    assert "no-store" not in response.get("Cache-Control", "")
    assert not response.cookies


@pytest.mark.parametrize("address", ["/suivre/", "/suivre/r/ABCDE-FGHJK-MNPQ", "/repondre/absent/"])
def test_receipt_pages_tell_no_other_site_where_one_comes_from(client: Client, address: str) -> None:
    assert client.get(address)["Referrer-Policy"] == "no-referrer"


def test_a_form_of_the_receipt_pages_still_names_its_own_site(client: Client) -> None:
    """Under « no-referrer » alone browsers send « Origin: null », which the CSRF protection refuses."""
    page = client.get("/suivre/").content.decode()
    assert '<form method="post"' in page
    assert '<meta name="referrer" content="same-origin">' in page


def test_other_pages_tell_their_address_to_this_site_only(client: Client) -> None:
    assert client.get("/")["Referrer-Policy"] == "same-origin"


def test_no_line_of_the_log_holds_a_code_or_an_address(client: Client) -> None:
    """A link with a code that leads nowhere is a 404, which Django logs with its path: the code is masked."""
    log = logging.getLogger("django")
    (installed,) = [one for one in log.handlers if type(one) is logging.StreamHandler]
    # the same filters on a stream of this test: the installed one may be closed by the capture of another
    spy = logging.StreamHandler(io.StringIO())
    for one in installed.filters:
        spy.addFilter(one)
    log.addHandler(spy)
    try:
        client.get("/suivre/r/ABCDE-FGHJK-MNPQ/de-trop", REMOTE_ADDR="203.0.113.7")
    finally:
        log.removeHandler(spy)
    written = spy.stream.getvalue()
    assert "/suivre/r/[code]" in written
    assert "ABCDE" not in written
    assert "203.0.113.7" not in written
