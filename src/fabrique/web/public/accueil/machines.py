"""What machines read: health check, security contact, robots, favicon.

Fed by settings and the database (health only). Feeds supervisors, researchers, search engines.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fabrique.common.clock import now
from fabrique.web.context import describe

ROBOTS = (
    "User-agent: *\nDisallow: /agents/\nDisallow: /connexion/\nDisallow: /repondre/\nDisallow: /suivre/\n"
)
#: RFC 9116 asks for an expiry under a year, so that a forgotten contact lapses
SECURITY_DAYS = 180


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """« ok » when the database answers, else 503; says nothing more to the outside."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return _plain("base de données injoignable\n", 503)
    return _plain("ok\n")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a flaw. Without a contact address, the page of legal notices."""
    contact = describe(request)["contact"]
    where = f"mailto:{contact}" if contact else request.build_absolute_uri(reverse("mentions-legales"))
    expires = (now() + timedelta(days=SECURITY_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    return _plain(f"Contact: {where}\nExpires: {expires}\nPreferred-Languages: fr, en\n")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    return _plain(ROBOTS)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("fabrique/favicon.svg"))
