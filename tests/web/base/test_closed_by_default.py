"""Which routes answer without an account: the ones in the list, and no other.

Fed by Django's resolver and web/public_routes.py. Feeds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from fabrique.web.middleware import ClosedByDefaultMiddleware
from fabrique.web.public_routes import PUBLIC_ROUTES

SAMPLES = {"str": "exemple", "slug": "exemple", "int": "1", "path": "exemple", "uuid": "0" * 32}


def routes(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(view name, an address that reaches it) for every route of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", "/" + filled(prefix + str(entry.pattern), entry.pattern.converters)


def filled(route: str, converters: dict[str, Any]) -> str:
    """The route with an example in place of each argument, of the whole path as of its last part."""
    for kind in get_converters():
        while f"<{kind}:" in route:
            before, rest = route.split(f"<{kind}:", 1)
            route = before + SAMPLES[kind] + rest.split(">", 1)[1]
    return route


ALL = sorted(set(routes()))
CLOSED = [(name, address) for name, address in ALL if name not in PUBLIC_ROUTES]
WITHOUT_ARGUMENT = sorted(
    name
    for name in PUBLIC_ROUTES
    if "exemple" not in dict(ALL).get(name, "exemple") and not name.startswith(("repondre:", "suivre:"))
)


def to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("connexion"))


@pytest.mark.parametrize(("name", "address"), CLOSED)
@pytest.mark.django_db
def test_a_route_that_is_not_listed_sends_to_the_sign_in_page(
    client: Client, name: str, address: str
) -> None:
    assert to_sign_in(client.get(address)), name
    assert to_sign_in(client.post(address)), name


@pytest.mark.parametrize("name", WITHOUT_ARGUMENT)
@pytest.mark.django_db
def test_a_listed_route_answers_without_an_account(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    expected = {"deconnexion": 405, "favicon": 301}.get(name, 200)
    assert response.status_code == expected


@pytest.mark.parametrize("address", [address for name, address in ALL if name in PUBLIC_ROUTES])
@pytest.mark.django_db
def test_no_listed_route_asks_for_an_account(client: Client, address: str) -> None:
    assert not to_sign_in(client.get(address))


def test_every_name_of_the_list_is_a_route() -> None:
    assert {name for name, _ in ALL} >= PUBLIC_ROUTES


def test_the_agents_space_has_no_listed_route() -> None:
    assert [name for name, address in ALL if address.startswith("/agents/") and name in PUBLIC_ROUTES] == []


@pytest.mark.django_db
def test_the_sign_in_page_brings_back_to_the_page_asked_for(client: Client) -> None:
    assert client.get("/agents/composants/")["Location"] == "/connexion/?next=/agents/composants/"


def test_a_view_cannot_open_itself(rf: RequestFactory) -> None:
    """`login_not_required` has no effect here: the list alone opens a route."""
    from django.contrib.auth.models import AnonymousUser

    @login_not_required
    def view(request: Any) -> HttpResponse:
        return HttpResponse("ouvert")

    request = rf.get("/agents/")
    request.user = AnonymousUser()
    request.resolver_match = get_resolver().resolve("/agents/")
    answer = ClosedByDefaultMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})
    assert answer is not None
    assert to_sign_in(answer)
