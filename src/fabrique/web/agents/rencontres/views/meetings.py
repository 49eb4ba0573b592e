"""The file of a meeting: write it, give it its date, its sittings, its registrations; say that it was held.

Fed by meetings' reads. Feeds the verbs of meetings.services.meetings and .announcing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting
from fabrique.meetings.services import announcing, meetings, press
from fabrique.meetings.services.registration import places_left
from fabrique.web.agents.rencontres.access import reach_meeting, reach_programme, room_links, url
from fabrique.web.agents.rencontres.forms import (
    DateForm,
    MeetingForm,
    MoveForm,
    NewMeetingForm,
    NoticeForm,
    RoomForm,
    SessionFormSet,
)
from fabrique.web.agents.rencontres.values import date_values, lines, meeting_values, session_rows
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.saving import attempt
from fabrique.web.shared.saving import press as said


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, programme_id: str) -> HttpResponse:
    """A meeting « en cours de programmation »; the page then asks for its date."""
    programme = reach_programme(request, programme_id)
    actor = agent(request)
    require(actor, "meetings.edit")
    if request.method == "POST":
        form = NewMeetingForm(request.POST, programme=programme)
        if form.is_valid():
            values = form.values()
            key = f"ecran-{values.pop('key')}"
            organisers = lines(values.pop("organisers"))
            made = attempt(
                request,
                form,
                lambda: meetings.create_meeting(
                    actor, programme=programme, organisers=organisers, import_key=key, **values
                ),
            )
            if made:
                return redirect(url("rencontre", made))
    else:
        start = {"key": uuid.uuid4().hex, "themes": list(programme.themes.all())}
        form = NewMeetingForm(initial=start, programme=programme)
    context = {"form": form, "programme": programme}
    return render(request, "agents/rencontres/rencontre_ecrire.html", context)


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the meeting stands, and what may be done now."""
    meeting = reach_meeting(request, public_id)
    actor = agent(request)
    context = {
        "rencontre": meeting,
        "programme": meeting.programme,
        "organisateurs": [str(one) for one in meeting.organisers.all()],
        "changements": meeting.changes.select_related("announced_by"),
        "seances": meeting.sessions.all(),
        "liens": room_links(request, meeting),
        "places": places_left(meeting),
        "inscrits": meeting.registrations.confirmed().count(),
        "attente": meeting.registrations.waiting().count(),
        "presse": meeting.press.select_related("approved_by"),
        "corrections": _corrections(meeting),
        **_possible(actor, meeting),
    }
    return render(request, "agents/rencontres/rencontre.html", context)


def _possible(actor: Any, meeting: Meeting) -> dict[str, bool]:
    """What the state and the rights allow: the verbs say it again."""
    writes = holds(actor, "meetings.edit", meeting.territory)
    tells = holds(actor, "meetings.announce", meeting.territory)
    ahead = meeting.state in meetings.AHEAD
    scheduled = meeting.state == MeetingState.SCHEDULED
    told = meeting.registrations.to_notify().exists()
    passed = scheduled and meeting.starts_at is not None and meeting.starts_at <= now()
    return {
        "peut_ecrire": writes,
        "peut_dater": writes and ahead and not told,
        "peut_deplacer": tells and ahead and told,
        "peut_reporter": tells and scheduled and not passed,
        "peut_annuler": tells and ahead and not passed,
        "peut_tenir": writes and passed,
        "peut_ouvrir": writes and scheduled and not passed and not meeting.registration_open,
        "peut_fermer": writes and meeting.registration_open,
        "peut_inviter": holds(actor, "meetings.draft_press", meeting.territory) and scheduled and not passed,
    }


def _corrections(meeting: Meeting) -> list[dict[str, str]]:
    """Cells of the imported calendar that are shown otherwise: as found, as shown."""
    found = meeting.as_found or {}
    return [
        {"found": found[name], "shown": getattr(meeting, name)}
        for name in ("city", "venue", "address", "title")
        if found.get(name) and found[name] != getattr(meeting, name)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id, "meetings.edit")
    programme = meeting.programme
    if request.method == "POST":
        form = MeetingForm(request.POST, programme=programme)
        if form.is_valid():
            values = form.values()
            organisers = lines(values.pop("organisers"))
            made = attempt(
                request,
                form,
                lambda: meetings.change_meeting(
                    agent(request),
                    meeting=meeting,
                    revision=form.cleaned_data["revision"],
                    organisers=organisers,
                    **values,
                ),
                lambda: meeting_values(meeting),
            )
            if made:
                return redirect(url("rencontre", meeting))
    else:
        form = MeetingForm(initial=meeting_values(meeting), programme=programme)
    context = {"form": form, "programme": programme, "rencontre": meeting}
    return render(request, "agents/rencontres/rencontre_ecrire.html", context)


def _gesture(
    request: HttpRequest,
    meeting: Meeting,
    form: RoomForm,
    verb: Callable[[], Any],
    words: dict[str, str],
) -> HttpResponse:
    """One form, one verb: its page, or back to the meeting once done."""
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(request, form, verb, lambda: date_values(meeting), words["done"])
    ):
        return redirect(url("rencontre", meeting))
    context = {
        "form": form,
        "rencontre": meeting,
        "programme": meeting.programme,
        "prevenus": meeting.registrations.to_notify().count(),
        **words,
    }
    return render(request, "agents/rencontres/geste.html", context)


def _form(request: HttpRequest, form_class: type[RoomForm], meeting: Meeting) -> Any:
    if request.method == "POST":
        return form_class(request.POST)
    return form_class(initial=date_values(meeting))


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id, "meetings.edit")
    form = _form(request, DateForm, meeting)
    words = {"titre": _("Fixer la date"), "bouton": _("Fixer la date"), "done": _("La date est fixée.")}
    return _gesture(
        request,
        meeting,
        form,
        lambda: meetings.schedule_meeting(
            agent(request), meeting=meeting, revision=form.cleaned_data["revision"], **form.dates()
        ),
        words,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id, "meetings.announce")
    form = _form(request, MoveForm, meeting)
    words = {
        "titre": _("Déplacer la rencontre"),
        "bouton": _("Déplacer et prévenir les inscrits"),
        "done": _("La rencontre est déplacée. Les inscrits vont recevoir votre message."),
    }

    def verb() -> Any:
        values = form.values()
        place = {name: values[name] for name in meetings.PLACE_FIELDS}
        return announcing.move_meeting(
            agent(request),
            meeting=meeting,
            revision=form.cleaned_data["revision"],
            notice=values["notice"],
            **form.dates(),
            **place,
        )

    return _gesture(request, meeting, form, verb, words)


@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id, "meetings.announce")
    words = {
        "titre": _("Reporter sans nouvelle date"),
        "bouton": _("Reporter et prévenir les inscrits"),
        "done": _("La rencontre est reportée. Les inscrits vont recevoir votre message."),
    }
    return _tell(request, meeting, announcing.postpone_meeting, words)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id, "meetings.announce")
    words = {
        "titre": _("Annuler la rencontre"),
        "bouton": _("Annuler et prévenir les inscrits"),
        "done": _("La rencontre est annulée. Les inscrits vont recevoir votre message."),
    }
    return _tell(request, meeting, announcing.cancel_meeting, words)


def _tell(request: HttpRequest, meeting: Meeting, verb: Any, words: dict[str, str]) -> HttpResponse:
    form = _form(request, NoticeForm, meeting)
    return _gesture(
        request,
        meeting,
        form,
        lambda: verb(
            agent(request),
            meeting=meeting,
            revision=form.cleaned_data["revision"],
            notice=form.cleaned_data["notice"],
        ),
        words,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sittings of a working group, one a line; an empty line takes one away."""
    meeting = reach_meeting(request, public_id, "meetings.edit")
    sent = request.POST if request.method == "POST" else None
    formset = SessionFormSet(sent, initial=session_rows(meeting), prefix="seances")
    refused = ""
    if sent is not None and formset.is_valid():
        revision = request.POST.get("revision", "")
        try:
            meetings.set_sessions(
                agent(request),
                meeting=meeting,
                sessions=[_sitting(row.cleaned_data) for row in formset if row.cleaned_data.get("day")],
                revision=int(revision) if revision.isdecimal() else None,
            )
        except Forbidden:
            raise
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(url("rencontre", meeting))
    context = {"rencontre": meeting, "programme": meeting.programme, "lignes": formset, "refus": refused}
    return render(request, "agents/rencontres/seances.html", context)


def _sitting(row: dict[str, Any]) -> tuple[datetime, datetime | None, str]:
    zone = timezone.get_default_timezone()
    starts = datetime.combine(row["day"], row["start"], zone)
    ends = datetime.combine(row["day"], row["end"], zone) if row.get("end") else None
    return starts, ends, row.get("note", "")


@require_POST
def open_registration(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, meetings.open_registration, _("Les inscriptions sont ouvertes."))


@require_POST
def close_registration(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, meetings.close_registration, _("Les inscriptions sont fermées."))


@require_POST
def held(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, meetings.mark_held, _("La rencontre est notée tenue."))


def _act(request: HttpRequest, public_id: str, verb: Any, done: str) -> HttpResponse:
    meeting = reach_meeting(request, public_id)
    said(request, lambda: verb(agent(request), meeting=meeting), done)
    return redirect(url("rencontre", meeting))


@require_POST
def draft_invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The press invitation being written, drafted from the meeting where there is none."""
    meeting = reach_meeting(request, public_id)
    try:
        document = press.draft_invitation(agent(request), meeting=meeting)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect(url("rencontre", meeting))
    return redirect(url("presse", document))
