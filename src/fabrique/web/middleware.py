"""What holds for every answer: closed by default, no private page kept in a cache, refusals said in words.

Fed by web/public_routes.py and web/shared/errors.py. Feeds every request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse

from fabrique.common.errors import Refused
from fabrique.web.public_routes import PUBLIC_ROUTES
from fabrique.web.shared.errors import refusal_page

#: prefixes whose pages must stay on the reader's screen only (shared computers, proxies)
PRIVATE_PREFIXES = (
    "/agents/",
    "/suivre/",
    "/repondre/",
    "/connexion/",
    # their addresses hold a token
    "/abonnements/",
    "/relais/invitation/",
)
#: prefixes whose address could tell another site that somebody answered
UNREFERRED_PREFIXES = ("/suivre/", "/repondre/")
#: no page of ours asks a device for any of these: a script that got in could not either
NO_SENSORS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Only PUBLIC_ROUTES answer without an account; marking a view as open elsewhere has no effect."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if (match and match.view_name in PUBLIC_ROUTES) or request.user.is_authenticated:
            return None
        return self.handle_no_permission(request, view_func)


class PrivateResponsesMiddleware:
    """Nothing personal stays in a cache, and a receipt page tells no other site where one comes from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = NO_SENSORS
        if request.path.startswith(PRIVATE_PREFIXES) or _signed_in(request):
            response["Cache-Control"] = "no-store, private"
        if request.path.startswith(UNREFERRED_PREFIXES):
            response["Referrer-Policy"] = "no-referrer"
        return response


class RefusalsMiddleware:
    """A verb that refuses becomes a page that says why: 403 where a right is missing, 409 otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refused) else None


def _signed_in(request: HttpRequest) -> bool:
    """Without touching the session of visitors who have none: that would vary and slow public pages."""
    user = getattr(request, "_cached_user", None)
    return bool(user and user.is_authenticated)
