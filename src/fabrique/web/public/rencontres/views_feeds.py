"""iCalendar feeds: everything, a department, a theme, a programme; and the file of one meeting.

Fed by meetings.services.icalendar. Feeds calendar clients, which come back with If-None-Match.
"""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.meetings.models import Meeting, MeetingTheme, Programme
from fabrique.meetings.querysets import MeetingQuerySet
from fabrique.meetings.services.icalendar import calendar_of
from fabrique.territories.models import Territory
from fabrique.web.shared.meetings import absolute, page_address

CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    return _feed(request, Meeting.objects.public(), "", "rencontres")


@require_safe
def department(request: HttpRequest, code: str) -> HttpResponse:
    held = Meeting.objects.public().values("department")
    place = get_object_or_404(Territory.objects.filter(pk__in=held), code=code.upper())
    return _feed(request, Meeting.objects.public().filter(department=place), place.name, f"rencontres-{code}")


@require_safe
def theme(request: HttpRequest, key: str) -> HttpResponse:
    known = MeetingTheme.objects.filter(programme__published_at__isnull=False, key=key).order_by("-pk")
    title = get_object_or_404(known[:1]).title
    return _feed(request, Meeting.objects.public().of_theme(key), title, f"rencontres-{key}")


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Programme.objects.public(), slug=slug)
    return _feed(request, found.meetings.all(), found.title, f"rencontres-{slug}")


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting, to put into one's calendar."""
    one = Meeting.objects.public().filter(slug=slug)
    title = get_object_or_404(one).title
    return _feed(request, one, title, slug)


def _feed(request: HttpRequest, meetings: MeetingQuerySet, name: str, file_name: str) -> HttpResponse:
    """The feed, or 304 where the client has it. Feeds are in French: one address, one text for everybody."""
    with translation.override("fr"):
        title = _("Rencontres santé : %(name)s") % {"name": name} if name else _("Rencontres santé")
        body = calendar_of(
            meetings.with_dates().for_page().by_date(),
            name=title,
            address=lambda found: page_address(request, found),
            source=absolute(request, request.path),
        )
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    changed = _last_change()
    answer = HttpResponse(body, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'inline; filename="{file_name}.ics"'
    answer["Cache-Control"] = "public, no-cache"
    answer["ETag"] = etag
    if changed is not None:
        answer["Last-Modified"] = http_date(changed)
    known = get_conditional_response(request, etag=etag, last_modified=changed, response=answer)
    return known or answer  # type: ignore[return-value]


def _last_change() -> int | None:
    """Of all meetings and programmes, so that one which leaves a feed does not take the date backwards."""
    found = [
        model.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()  # type: ignore[attr-defined]
        for model in (Meeting, Programme)
    ]
    return max((int(instant.timestamp()) for instant in found if instant), default=None)
