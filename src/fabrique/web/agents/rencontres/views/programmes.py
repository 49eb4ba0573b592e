"""The list of programmes and meetings, the file of a programme, its themes, its publication.

Fed by meetings' reads. Feeds the verbs of meetings.services.programmes.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import press, programmes
from fabrique.web.agents.rencontres.access import reach_programme, url
from fabrique.web.agents.rencontres.forms import NewProgrammeForm, ProgrammeForm, ThemeFormSet
from fabrique.web.agents.rencontres.values import lines, programme_values
from fabrique.web.shared.actors import agent
from fabrique.web.shared.saving import attempt
from fabrique.web.shared.saving import press as said


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The programmes that the agent may read, and the meetings still ahead."""
    actor = agent(request)
    require(actor, "meetings.read")
    visible = Programme.objects.visible_to(actor)
    counted = Programme.objects.filter(pk__in=visible.values("pk")).annotate(number=Count("meetings"))
    ahead = Meeting.objects.visible_to(actor).ahead(today()).for_page().by_date()
    context = {
        "programmes": counted.select_related("territory"),
        "rencontres": ahead,
        "peut_creer": holds(actor, "meetings.edit"),
    }
    return render(request, "agents/rencontres/liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title and a territory open a programme; nothing is public yet."""
    actor = agent(request)
    require(actor, "meetings.edit")
    form = NewProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        made = attempt(
            request,
            form,
            lambda: programmes.create_programme(
                actor, **{**values, "organisers": lines(values["organisers"])}
            ),
        )
        if made:
            return redirect(url("programme", made))
    return render(request, "agents/rencontres/programme_ecrire.html", {"form": form})


@require_safe
def detail(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Where the programme stands: its frame, its meetings, its press documents."""
    programme = reach_programme(request, programme_id)
    actor = agent(request)
    mine = Meeting.objects.visible_to(actor).filter(programme=programme)
    context = {
        "programme": programme,
        "themes": programme.themes.all(),
        "organisateurs": [str(one) for one in programme.organisers.all()],
        "rencontres": mine.for_page().by_department(),
        "presse": programme.press.filter(meeting__isnull=True).select_related("approved_by"),
        **_rights(actor, programme),
    }
    return render(request, "agents/rencontres/programme.html", context)


def _rights(actor: Any, programme: Programme) -> dict[str, bool]:
    return {
        "peut_ecrire": holds(actor, "meetings.edit", programme.territory),
        "peut_ajouter": holds(actor, "meetings.edit"),
        "peut_publier": holds(actor, "meetings.publish", programme.territory),
        "peut_rediger": holds(actor, "meetings.draft_press", programme.territory),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = reach_programme(request, programme_id, "meetings.edit")
    if request.method == "POST":
        form = ProgrammeForm(request.POST)
        if form.is_valid():
            values = form.values()
            organisers = lines(values.pop("organisers"))
            made = attempt(
                request,
                form,
                lambda: programmes.change_programme(
                    agent(request),
                    programme=programme,
                    revision=form.cleaned_data["revision"],
                    organisers=organisers,
                    **values,
                ),
                lambda: programme_values(programme),
            )
            if made:
                return redirect(url("programme", programme))
    else:
        form = ProgrammeForm(initial=programme_values(programme))
    context = {"form": form, "programme": programme}
    return render(request, "agents/rencontres/programme_ecrire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def themes(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The themes in their order, with the question put; an empty line takes a theme away."""
    programme = reach_programme(request, programme_id, "meetings.edit")
    initial = [{"key": t.key, "title": t.title, "question": t.question} for t in programme.themes.all()]
    formset = ThemeFormSet(
        request.POST if request.method == "POST" else None, initial=initial, prefix="themes"
    )
    refused = ""
    if request.method == "POST" and formset.is_valid():
        wanted = [row.cleaned_data for row in formset if row.cleaned_data.get("title")]
        revision = request.POST.get("revision", "")
        try:
            programmes.set_themes(
                agent(request),
                programme=programme,
                themes=wanted,
                revision=int(revision) if revision.isdecimal() else None,
            )
        except Forbidden:
            raise
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(url("programme", programme))
    context = {"programme": programme, "lignes": formset, "refus": refused}
    return render(request, "agents/rencontres/themes.html", context)


@require_POST
def publish(request: HttpRequest, programme_id: str) -> HttpResponse:
    return _act(
        request, programme_id, programmes.publish_programme, _("Le programme et ses rencontres sont publics.")
    )


@require_POST
def withdraw(request: HttpRequest, programme_id: str) -> HttpResponse:
    return _act(request, programme_id, programmes.withdraw_programme, _("Le programme n’est plus public."))


def _act(request: HttpRequest, programme_id: str, verb: Any, done: str) -> HttpResponse:
    programme = reach_programme(request, programme_id)
    said(request, lambda: verb(agent(request), programme=programme), done)
    return redirect(url("programme", programme))


@require_POST
def draft_release(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The press release being written, drafted from the programme where there is none."""
    programme = reach_programme(request, programme_id)
    document = press.draft_release(agent(request), programme=programme)
    return redirect(url("presse", document))
