"""Relays as agents decide on them: requests that wait, relays at work, one relay and its kit.

Fed by relays.services. Feeds templates/agents/relais/. No answer is reached from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.relays import services
from fabrique.relays.enums import ENDED, KNOWN, EndReason, RelayState
from fabrique.relays.models import Relay, RelayInvitation, RelayLink
from fabrique.web.agents.relais.forms import ReasonForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.relay_kit import archive, kit_of
from fabrique.web.shared.relay_kit.sheets import archive_of, first_batch
from fabrique.web.shared.relay_kit.telling import count_in_words

_REASONED: dict[str, tuple[Callable[..., Relay], Any]] = {
    "refuser": (
        services.refuse_relay,
        gettext_lazy("La demande est refusée. Un message l’explique à l’organisme."),
    ),
    "suspendre": (services.suspend_relay, gettext_lazy("Le relais est suspendu. Un message le lui dit.")),
    "fermer": (services.close_relay, gettext_lazy("Le relais est fermé. Ses comptes ne servent plus.")),
}
_PLAIN: dict[str, tuple[Callable[..., Relay], Any]] = {
    "accepter": (
        services.accept_relay,
        gettext_lazy("Le relais est accepté. Un message lui donne son lien."),
    ),
    "reprendre": (services.resume_relay, gettext_lazy("Le relais reprend. Un message le lui dit.")),
}
#: decisions that each state allows, the first being the main one
_ALLOWED = {
    RelayState.ASKED: ("accepter", "refuser"),
    RelayState.ACCEPTED: ("suspendre", "fermer"),
    RelayState.SUSPENDED: ("reprendre", "fermer"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Requests first, then the relays at work, then those that ended."""
    actor = agent(request)
    require(actor, "relays.read")
    rows = Relay.objects.visible_to(actor).select_related("territory")
    context = {
        "demandes": rows.waiting(),
        "actifs": rows.filter(state__in=KNOWN).order_by("territory__code", "name"),
        "finis": rows.filter(state__in=ENDED).order_by("-decided_at"),
    }
    return render(request, "agents/relais/liste.html", context)


@require_safe
def detail(request: HttpRequest, relay_id: str) -> HttpResponse:
    """Who asks, what was decided, its people, its links and counts in words."""
    return _page(request, _visible(request, relay_id))


def _page(request: HttpRequest, relay: Relay, forms: dict[str, ReasonForm] | None = None) -> HttpResponse:
    decides = holds(agent(request), "relays.decide", relay.territory)
    allowed = _ALLOWED.get(RelayState(relay.state), ()) if decides else ()
    given = forms or {}
    context = {
        "relay": relay,
        "decide": decides,
        "simples": [one for one in allowed if one in _PLAIN],
        "motives": [(one, given.get(one) or ReasonForm(decision=one)) for one in allowed if one in _REASONED],
        "erreur": next(iter(given.values()), None),
        "personnes": _people(relay),
        "lignes": _lines(relay),
    }
    return render(request, "agents/relais/detail.html", context)


def _people(relay: Relay) -> list[dict[str, Any]]:
    """Accounts that act for the relay, and where each stands with its one-time link."""
    if relay.organisation_id is None:
        return []
    roles = Role.objects.current().filter(organisation=relay.organisation_id, code=RoleCode.RELAY)
    waiting = set(RelayInvitation.objects.usable().filter(relay=relay).values_list("user_id", flat=True))
    return [
        {
            "compte": role.user,
            "en_attente": role.user_id in waiting,
            "sans_mot_de_passe": not role.user.has_usable_password(),
        }
        for role in roles.select_related("user").order_by("user__full_name")
    ]


def _lines(relay: Relay) -> list[dict[str, Any]]:
    """Consultations that concern the relay, with its count in words where it has a link."""
    links = {
        link.consultation_id: link
        for link in RelayLink.objects.filter(relay=relay).select_related("consultation", "relay")
    }
    rows = Consultation.objects.exclude(state=State.DRAFT).select_related("perimeter")
    wanted = [
        row for row in rows if row.pk in links or (row.state == State.OPEN and services.reaches(relay, row))
    ]
    return [
        {
            "consultation": row,
            "link": links.get(row.pk),
            "count": count_in_words(links[row.pk]) if row.pk in links else "",
        }
        for row in wanted
    ]


@require_POST
def decide(request: HttpRequest, relay_id: str, decision: str) -> HttpResponse:
    """Accept, refuse, suspend, take up again or close."""
    relay = _visible(request, relay_id)
    if decision in _PLAIN:
        verb, told = _PLAIN[decision]
        return _done(request, relay, told, lambda: verb(agent(request), relay=relay))
    if decision not in _REASONED:
        raise Http404
    verb, told = _REASONED[decision]
    form = ReasonForm(request.POST, decision=decision)
    if not form.is_valid():
        require(agent(request), "relays.decide", relay.territory)
        return _page(request, relay, {decision: form})
    reason = EndReason(form.cleaned_data["reason"])
    return _done(request, relay, told, lambda: verb(agent(request), relay=relay, reason=reason))


@require_POST
def invite_again(request: HttpRequest, relay_id: str, user_id: str) -> HttpResponse:
    """A new one-time link for somebody of the relay who did not use theirs."""
    relay = _visible(request, relay_id)
    require(agent(request), "relays.decide", relay.territory)
    people = Role.objects.current().filter(organisation=relay.organisation_id, code=RoleCode.RELAY)
    role = get_object_or_404(people.select_related("user"), user__public_id=user_id)
    told = _("Un nouveau lien part à cette adresse ; l’ancien ne sert plus.")

    def again() -> object:
        return services.invite_person(
            agent(request), relay=relay, email=role.user.email, full_name=role.user.full_name
        )

    return _done(request, relay, told, again)


@require_POST
def prepare(request: HttpRequest, relay_id: str, consultation_id: str) -> HttpResponse:
    """Make the relay's link and first questionnaires in its stead, to print its kit for it."""
    relay = _visible(request, relay_id)
    consultations = Consultation.objects.visible_to_public().select_related("perimeter")
    consultation = get_object_or_404(consultations, public_id=consultation_id)

    def made() -> None:
        first_batch(services.link_for(agent(request), relay=relay, consultation=consultation))

    return _done(request, relay, _("Le dossier du relais est prêt."), made)


@require_safe
def kit(request: HttpRequest, relay_id: str, consultation_id: str) -> HttpResponse:
    """The relay's kit, to print and send it; with its numbered questionnaires for who prints paper."""
    relay, actor = _visible(request, relay_id), agent(request)
    require(actor, "relays.decide", relay.territory)
    links = RelayLink.objects.select_related("relay__organisation", "relay__territory", "consultation")
    link = get_object_or_404(links, relay=relay, consultation__public_id=consultation_id)
    paper = holds(actor, "paper.print", relay.territory)
    content = archive_of(actor, link) if paper else archive(kit_of(link))
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="dossier-relais-{link.code}.zip"'
    return answer


def _visible(request: HttpRequest, relay_id: str) -> Relay:
    require(agent(request), "relays.read")
    rows = Relay.objects.visible_to(agent(request)).select_related("territory", "organisation")
    found: Relay = get_object_or_404(rows, public_id=relay_id)
    return found


def _done(request: HttpRequest, relay: Relay, told: str, act: Callable[[], object]) -> HttpResponse:
    """Do it, say it, go back to the relay; a refusal is said instead."""
    try:
        act()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, str(told))
    return redirect("agents-relais:relais", relay_id=relay.public_id)
