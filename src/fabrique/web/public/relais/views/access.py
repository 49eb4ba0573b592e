"""The relay of an address, for who belongs to it and nobody else.

Fed by the signed-in person. Feeds the views of the relay's own pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.relays.models import Relay, RelayLink
from fabrique.relays.services import reaches, require_own
from fabrique.web.shared.actors import agent

View = Callable[..., HttpResponse]


def own_relay(request: HttpRequest, relay_id: str) -> Relay:
    """The relay of that address. Raises Forbidden for another's, as for one that does not exist."""
    relay: Relay = (
        Relay.objects.select_related("territory", "organisation").filter(public_id=relay_id).first()
        or Relay()
    )
    require_own(agent(request), relay=relay)
    return relay


def for_own_relay(view: View) -> View:
    """A view that takes the signed-in person's relay; another's is refused, whatever else the address holds."""

    @wraps(view)
    def wrapped(request: HttpRequest, relay_id: str, **kwargs: Any) -> HttpResponse:
        return view(request, own_relay(request, relay_id), **kwargs)

    return wrapped


def link_or_404(relay: Relay, slug: str) -> RelayLink:
    """The relay's link to that consultation, prepared before."""
    links = RelayLink.objects.select_related(
        "relay__organisation", "relay__territory", "consultation__perimeter"
    )
    found: RelayLink = get_object_or_404(links.filter(relay=relay), consultation__slug=slug)
    return found


def consultations_of(relay: Relay) -> list[Consultation]:
    """Open now, or to come, that concern the relay's territory."""
    rows = Consultation.objects.filter(state=State.OPEN).select_related("perimeter")
    return [row for row in rows.order_by("opens_at") if reaches(relay, row)]
