"""Writing an indicator, a new version of its definition, or a whole file of definitions.

Fed by the forms. Feeds observatory.services.define and load_definitions.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.observatory import services
from fabrique.observatory.models import DefinitionVersion, IndicatorDefinition
from fabrique.observatory.services.definitions import OF_VERSION
from fabrique.territories.models import Territory
from fabrique.web.agents.observatoire.forms import DefinitionsFileForm, IndicatorForm, VersionForm
from fabrique.web.shared.actors import agent


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new indicator with its first definition."""
    actor = agent(request)
    require(actor, "observatory.define", Territory.objects.perimeter())
    form = IndicatorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if IndicatorDefinition.objects.filter(code=form.cleaned_data["code"]).exists():
            form.add_error("code", _("Ce code est déjà pris. Choisissez-en un autre."))
        else:
            try:
                version = services.define(actor, definition=form.new_definition())
            except Forbidden:
                raise
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("L’indicateur est créé. Il attend ses valeurs."))
                return redirect("agents-observatoire:indicateur", code=version.definition.code)
    return render(request, "agents/observatoire/nouveau.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version: the values loaded before keep theirs."""
    actor = agent(request)
    require(actor, "observatory.define", Territory.objects.perimeter())
    newest = get_object_or_404(DefinitionVersion.objects.newest(), definition__code=code)
    given = request.POST if request.method == "POST" else None
    form = VersionForm(given, initial={name: getattr(newest, name) for name in OF_VERSION})
    if request.method == "POST" and form.is_valid():
        try:
            version = services.define(actor, definition=form.definition(newest))
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("La version %(number)d est enregistrée.") % {"number": version.number}
            messages.success(request, said)
            return redirect("agents-observatoire:indicateur", code=code)
    context = {"form": form, "indicateur": newest.definition, "version": newest}
    return render(request, "agents/observatoire/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def from_file(request: HttpRequest) -> HttpResponse:
    """A file of definitions: all of it, or nothing."""
    actor = agent(request)
    require(actor, "observatory.define", Territory.objects.perimeter())
    posted = request.method == "POST"
    form = DefinitionsFileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = services.load_definitions(actor, data=upload_bytes(file), name=file.name)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            said = _("Indicateurs lus : %(read)d. Versions écrites : %(written)d ; déjà connues : %(known)d.")
            counts = {"read": found.read, "written": found.written, "known": found.known}
            messages.success(request, said % counts)
            return redirect("agents-observatoire:liste")
    return render(request, "agents/observatoire/definitions_fichier.html", {"form": form})
