"""The public calendar of meetings, the page of a programme (also to print) and the page of a meeting.

Fed by fabrique.meetings. Feeds whoever wants to come, and the press.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.meetings.enums import TAKEN_PLACE, MeetingState, PressKind, PressState
from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services.registration import can_register, places_left
from fabrique.web.public.rencontres.filters import CalendarFilter
from fabrique.web.shared.meetings import absolute, by_department, webcal
from fabrique.web.shared.meetings.press import press_docx, press_pdf
from fabrique.web.shared.printing import pdf, pdf_answer, qr_data


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Every public meeting, by department, filtered by the address."""
    chosen = CalendarFilter(request.GET)
    everything = Meeting.objects.public()
    meetings = chosen.applied(everything)
    context = {
        "filtre": chosen,
        "departements": by_department(meetings.for_page().by_department()),
        "total": meetings.count(),
        "passees": everything.behind(today()).count(),
        "programmes": Programme.objects.public().select_related("territory"),
        "flux": _feeds(request, chosen),
    }
    return render(request, "public/rencontres/liste.html", context)


def _feeds(request: HttpRequest, chosen: CalendarFilter) -> dict[str, str]:
    """The feed that follows the filter, where there is one, else that of everything."""
    if chosen.department:
        path = reverse("rencontres:calendrier_departement_ics", args=[chosen.department])
    elif chosen.theme:
        path = reverse("rencontres:calendrier_theme_ics", args=[chosen.theme])
    else:
        path = reverse("rencontres:calendrier_ics")
    return {"abonner": webcal(request, path), "adresse": absolute(request, path), "fichier": path}


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """What a programme is for, its themes, its calendar by department as the press release shows it."""
    found = get_object_or_404(Programme.objects.public().select_related("territory"), slug=slug)
    feed = reverse("rencontres:calendrier_programme_ics", args=[found.slug])
    context = _programme(found) | {
        "flux": {"abonner": webcal(request, feed), "adresse": absolute(request, feed), "fichier": feed},
        "communiques": PressDocument.objects.filter(
            programme=found, state=PressState.APPROVED, kind=PressKind.RELEASE
        ),
    }
    return render(request, "public/rencontres/programme.html", context)


def _programme(found: Programme) -> dict[str, Any]:
    meetings = found.meetings.for_page().by_department()
    return {
        "programme": found,
        "themes": list(found.themes.all()),
        "organisateurs": [str(organiser) for organiser in found.organisers.all()],
        "departements": by_department(meetings),
        "total": len(meetings),
        "sans_date": sum(
            1 for m in meetings if m.state in {MeetingState.TO_SCHEDULE, MeetingState.POSTPONED}
        ),
    }


@require_safe
def programme_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme to print and pin on a wall: same words as the page, with its QR code."""
    found = get_object_or_404(Programme.objects.public().select_related("territory"), slug=slug)
    address = absolute(request, reverse("rencontres:programme", args=[found.slug]))
    context = _programme(found) | {"adresse": address, "qr": qr_data(address), "fait_le": today()}
    return pdf_answer(
        pdf("public/rencontres/programme_pdf.html", context, public=True), name=f"programme-{found.slug}"
    )


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting: when, where, how to come, for whom, about what."""
    found = get_object_or_404(Meeting.objects.public().for_page(), slug=slug)
    registering = can_register(found)
    context = {
        "rencontre": found,
        "organisateurs": _organisers(found),
        "changements": list(found.changes.all()),
        "seances": list(found.sessions.all()),
        "inscription": _url("rencontres:inscription", found) if registering else "",
        "places": places_left(found) if registering else None,
        "compte_rendu": _url("rencontres:compte_rendu", found) if _minutes_out(found) else "",
        "passee": found.state in TAKEN_PLACE,
        "agenda": not _over(found),
    }
    return render(request, "public/rencontres/rencontre.html", context)


def _organisers(found: Meeting) -> list[str]:
    """Its own organisers, or those of the programme."""
    own = [str(organiser) for organiser in found.organisers.all()]
    return own or [str(organiser) for organiser in found.programme.organisers.all()]


def _over(found: Meeting) -> bool:
    """Whether nothing of it is still to be put into one's calendar."""
    instants = [
        found.ends_at or found.starts_at,
        *(one.ends_at or one.starts_at for one in found.sessions.all()),
    ]
    last = max((instant for instant in instants if instant), default=None)
    return found.state != MeetingState.SCHEDULED or last is None or timezone.localdate(last) < today()


def _minutes_out(found: Meeting) -> bool:
    return found.state == MeetingState.PUBLISHED


def _url(name: str, found: Meeting) -> str:
    """The address of a page of the meeting; empty where that page is not installed."""
    try:
        return reverse(name, args=[found.slug])
    except NoReverseMatch:
        return ""


@require_safe
def press_release(request: HttpRequest, slug: str, public_id: str, extension: str) -> HttpResponse:
    """An approved press release, as a file that a newsroom opens."""
    found = get_object_or_404(Programme.objects.public(), slug=slug)
    approved = PressDocument.objects.filter(state=PressState.APPROVED, kind=PressKind.RELEASE)
    document = get_object_or_404(approved, programme=found, public_id=public_id)
    if extension == "pdf":
        return press_pdf(document)
    if extension == "docx":
        return press_docx(document)
    raise Http404
