"""The grounds of moderation and the named receivers of alerts: what an administrator or the director sets.

Fed by contributions. Feeds templates/agents/moderation/.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions import services
from fabrique.contributions.models import AlertContact, ModerationReason
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.agents.moderation.forms import ContactForm, ReasonEditForm, ReasonForm
from fabrique.web.shared.actors import agent


@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """The list, and a form to add a ground."""
    actor = agent(request)
    # the list is that of the whole instance: a right held in one department is not enough
    require(actor, "contributions.configure_moderation", Territory.objects.perimeter())
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.add_reason(actor, label=given["libelle"], rule=given["regle"], counted=given["compte"])
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("libelle", str(refusal.message))
        else:
            messages.success(request, _("Le motif est ajouté à la liste publique."))
            return redirect("agents-moderation:motifs")
    context = {"motifs": ModerationReason.objects.all(), "form": form}
    return render(request, "agents/moderation/motifs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, key: str) -> HttpResponse:
    """Reword one ground, or stop offering it."""
    actor = agent(request)
    # the list is that of the whole instance: a right held in one department is not enough
    require(actor, "contributions.configure_moderation", Territory.objects.perimeter())
    found = get_object_or_404(ModerationReason, key=key)
    known = {"libelle": found.label, "regle": found.rule, "actif": found.active}
    form = ReasonEditForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.edit_reason(
            actor, reason=found, label=given["libelle"], rule=given["regle"], active=given["actif"]
        )
        messages.success(request, _("Le motif est modifié."))
        return redirect("agents-moderation:motifs")
    return render(request, "agents/moderation/motif.html", {"motif": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Who receives the alerts, territory by territory."""
    actor = agent(request)
    require(actor, "contributions.name_alert_contact")
    allowed = [
        place.pk
        for place in Territory.objects.filter(level__in=[Level.REGION, Level.DEPARTMENT])
        if holds(actor, "contributions.name_alert_contact", place)
    ]
    places = Territory.objects.filter(pk__in=allowed).order_by("-level", "code")
    form = ContactForm(request.POST if request.method == "POST" else None, territories=places)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.name_alert_contact(actor, territory=given["territoire"], user=given["personne"])
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("personne", str(refusal.message))
        else:
            messages.success(request, _("Les alertes de ce territoire lui seront adressées."))
            return redirect("agents-moderation:destinataires")
    named = AlertContact.objects.filter(territory__in=allowed).select_related("territory", "user")
    context = {"destinataires": named.order_by("territory__level", "territory__code"), "form": form}
    return render(request, "agents/moderation/destinataires.html", context)
