"""Pages that the links of messages open: confirm a request, end it. A link shows; only a button acts.

Fed by the token of the address. Feeds subscriptions.services; a mailbox posts to `one_click` (RFC 8058).
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import confirm, end, opened, purpose_of
from fabrique.web.shared.actors import respondent


def _private(view: Any) -> Any:
    """The address holds a token: kept in no cache, told to no other site, read by no search engine."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        answer["Referrer-Policy"] = (
            "same-origin"  # « no-referrer » would send « Origin: null », which forms refuse
        )
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return wrapped


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by the confirmation link: what is confirmed, one button; afterwards, what follows."""
    subscription = opened(token, "confirm")
    if subscription is None or subscription.state == SubscriptionState.ENDED:
        return _unknown(request)
    if request.method == "POST":
        try:
            confirm(respondent(), subscription=subscription)
        except Refused as refusal:
            return _refused(request, refusal)
        return _see_other(request)
    if subscription.state == SubscriptionState.CONFIRMED:
        return render(request, "public/abonnements/confirme.html", _context(subscription))
    if subscription.expires_at <= now():
        return render(request, "public/abonnements/perime.html", _context(subscription), status=410)
    return render(request, "public/abonnements/confirmer.html", _context(subscription))


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def end_page(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by the link at the foot of every message: what stops, one button; afterwards, that it stopped."""
    subscription = opened(token, "end")
    if subscription is None:
        return _unknown(request)
    if request.method == "POST":
        end(respondent(), subscription=subscription)
        return _see_other(request)
    template = "termine" if subscription.state == SubscriptionState.ENDED else "terminer"
    return render(request, f"public/abonnements/{template}.html", _context(subscription))


@csrf_exempt  # the token is the authority, no cookie is read: mailboxes post without any page of ours
@_private
@require_POST
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """A mailbox's own « unsubscribe » button. What has consequences is refused: its page has a button."""
    subscription = opened(token, "end")
    if subscription is None:
        return HttpResponse(status=404)
    if request.POST.get("List-Unsubscribe") != "One-Click" or not purpose_of(subscription).one_click:
        return HttpResponse(status=400)
    end(respondent(), subscription=subscription)
    return HttpResponse(status=200)


def _context(subscription: Subscription) -> dict[str, Any]:
    return {"words": purpose_of(subscription).words(subscription), "subscription": subscription}


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "public/abonnements/inconnu.html", status=404)


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "public/abonnements/refus.html", {"raison": str(refusal)}, status=409)


def _see_other(request: HttpRequest) -> HttpResponse:
    answer = HttpResponseRedirect(request.path)
    answer.status_code = 303
    return answer
