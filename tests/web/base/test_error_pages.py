"""Error pages: what happened, what was kept, what to do, in French and without the database for the 500.

Fed by a few addresses made for the test. Feeds nothing.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import path

from fabrique.common.errors import Forbidden, Refused
from fabrique.urls import handler400, handler403, handler404, handler500, urlpatterns
from fabrique.web.errors import server_error
from fabrique.web.shared.errors import tell_refusal


def failing(error: Exception) -> Any:
    def view(request: Any) -> None:
        raise error

    return view


FAULTS = {
    "400": SuspiciousOperation("technique"),
    "403": PermissionDenied("technique"),
    "500": RuntimeError("technique"),
    "refus": Refused("consultation.closed", "La consultation est close depuis hier."),
    "interdit": Forbidden("forbidden", "Votre rôle ne permet pas cette action ici."),
    "sans-phrase": Refused("quelque.chose"),
}
URLCONF = ModuleType("urls_that_fail")
vars(URLCONF).update(
    urlpatterns=[
        *urlpatterns,
        *[path(f"agents/fautes/{name}/", failing(error), name=name) for name, error in FAULTS.items()],
    ],
    handler400=handler400,
    handler403=handler403,
    handler404=handler404,
    handler500=handler500,
)


@pytest.fixture
def agent(client: Client, personas: Any, settings: Any) -> Client:
    settings.ROOT_URLCONF = URLCONF
    client.force_login(personas["analyste"].user)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("400", 400, "Nous n’avons pas compris cette demande"),
        ("403", 403, "Vous ne pouvez pas faire cela ici"),
        ("absente", 404, "Cette page n’existe pas, ou n’existe plus"),
        ("500", 500, "Le problème vient de nous"),
        ("refus", 409, "La consultation est close depuis hier."),
        ("interdit", 403, "Votre rôle ne permet pas cette action ici."),
        ("sans-phrase", 409, "La situation a changé depuis l’ouverture de la page."),
    ],
)
def test_each_fault_has_its_page(agent: Client, fault: str, status: int, sentence: str) -> None:
    response = agent.get(f"/agents/fautes/{fault}/")
    page = response.content.decode().replace("\u00a0", " ")
    assert response.status_code == status
    assert sentence in page
    assert "technique" not in page
    assert page.count("<h1") == 1
    assert 'href="/"' in page
    assert 'href="tel:15"' in page


def test_the_500_page_needs_neither_database_nor_session(rf: RequestFactory, db: None) -> None:
    from django.db import connection

    with connection.execute_wrapper(lambda *_: pytest.fail("the database was asked")):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "sont enregistrées" in response.content.decode()


def test_a_visitor_who_is_lost_or_late_costs_the_database_nothing(
    django_assert_num_queries: Any, db: None
) -> None:
    """A crowd of wrong addresses must not weigh on those who answer."""
    visitor = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(0):
        assert visitor.get("/page-absente/").status_code == 404
        assert visitor.post("/affichage/", {"display": "clair"}).status_code == 403


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_was_kept() -> None:
    response = Client(enforce_csrf_checks=True).post("/affichage/", {"display": "clair"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "Ce formulaire est resté ouvert trop longtemps" in page
    assert "n’a pas été enregistré" in page
    assert "CSRF" not in page


def test_a_refusal_may_become_a_message_on_the_next_page(rf: RequestFactory) -> None:
    from django.contrib.messages import get_messages
    from django.contrib.messages.storage.cookie import CookieStorage

    request = rf.get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    tell_refusal(request, Refused("consultation.closed", "La consultation est close."))
    assert [(m.level_tag, str(m)) for m in get_messages(request)] == [("error", "La consultation est close.")]
