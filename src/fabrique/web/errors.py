"""Error pages in French: what happened, what was kept, what to do.

Fed by Django's error handlers. Feeds templates/erreurs/; the 500 page touches neither database nor session.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from fabrique.web.context import describe


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(_standalone(request, "erreurs/400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "erreurs/403.html", {"raison": ""}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "erreurs/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`reason` is Django's technical English: it is not shown."""
    return render(request, "erreurs/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_standalone(request, "erreurs/500.html"), status=500)


def _standalone(request: HttpRequest, template: str) -> str:
    """Rendered without context processors: the fault may be in the session or the database."""
    return loader.get_template(template).render({"instance": describe(request), "sans_session": True})
