"""A verb's refusal turned into what a person reads: a message on the next page, or an error page.

Fed by fabrique.common.errors.Refused. Feeds views and RefusalsMiddleware.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fabrique.common.errors import Forbidden, Refused


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page that answers a refusal nobody caught: 403 for a missing right, 409 for any other rule."""
    forbidden = isinstance(refusal, Forbidden)
    template = "erreurs/403.html" if forbidden else "erreurs/409.html"
    return render(request, template, {"raison": str(refusal.message)}, status=403 if forbidden else 409)


def tell_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Show the refusal's sentence at the top of the next page; the view then redirects or renders again."""
    messages.error(request, str(refusal.message or refusal.code))
