"""Published minutes: their list with what was transmitted, the page of one meeting, its versions, its PDF.

Fed by meetings' signed and published minutes. Feeds the public site and the follow-up of a slip.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.meetings.enums import MinutesState
from fabrique.meetings.models import Meeting, Minutes, Transmission
from fabrique.web.shared.minutes import minutes_pdf, presented
from fabrique.web.shared.printing import pdf_answer

PER_PAGE = 30


def _published(meeting: Meeting) -> Any:
    """The versions of a meeting that were published, the latest first: replaced ones stay readable."""
    return (
        meeting.minutes.filter(published_at__isnull=False)
        .exclude(state=MinutesState.DRAFT)
        .order_by("-number")
    )


def _meeting(slug: str) -> Meeting:
    found: Meeting = get_object_or_404(Meeting.objects.public().for_page(), slug=slug)
    return found


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every published minutes, with to whom and when they were transmitted."""
    rows = (
        Minutes.objects.filter(state=MinutesState.PUBLISHED, meeting__in=Meeting.objects.public())
        .select_related("meeting__programme", "meeting__department")
        .prefetch_related("transmissions")
        .order_by("-published_at", "-pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "public/rencontres/comptes_rendus.html", {"page": page})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The minutes in force."""
    return _show(request, _meeting(slug), None)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One published version, even replaced."""
    return _show(request, _meeting(slug), number)


def _show(request: HttpRequest, meeting: Meeting, number: int | None) -> HttpResponse:
    versions = list(_published(meeting))
    minutes = next((one for one in versions if number in (None, one.number)), None)
    if minutes is None:
        raise Http404
    sent = (
        Transmission.objects.filter(minutes__meeting=meeting, minutes__in=versions)
        .order_by("sent_on")
        .select_related("minutes")
    )
    context = {
        **presented(minutes),
        "versions": versions,
        "remplace": minutes.state == MinutesState.REPLACED,
        "transmissions": sent,
        "consultation": meeting.programme,
    }
    return render(request, "public/rencontres/compte_rendu.html", context)


@require_safe
def pdf_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A published version as PDF."""
    meeting = _meeting(slug)
    minutes = get_object_or_404(_published(meeting), number=number)
    return pdf_answer(minutes_pdf(minutes), name=f"compte-rendu-{meeting.slug}-v{number}"[:80])
