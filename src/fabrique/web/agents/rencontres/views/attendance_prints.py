"""What is printed for the door: the sign-in sheet and the name badges.

Fed by the list of those registered. Feeds printed sheets, which hold names and categories, never needs.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from fabrique.meetings.enums import RegistrationState
from fabrique.meetings.services.attendance import listed
from fabrique.web.agents.rencontres.views.attendance import reach
from fabrique.web.shared.printing import pdf, pdf_answer

#: lines left empty for those who come without being listed
EMPTY_LINES = 12
BADGES_A_ROW = 2


@require_safe
def sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sheet that people sign at the door."""
    meeting = reach(request, public_id, "meetings.record_attendance")
    people = [one for one in listed(meeting) if one.state == RegistrationState.CONFIRMED]
    context = {"meeting": meeting, "people": people, "empty": range(EMPTY_LINES)}
    return pdf_answer(pdf("agents/rencontres/emargement.html", context), name=f"emargement-{meeting.slug}")


@require_safe
def badges(request: HttpRequest, public_id: str) -> HttpResponse:
    """One badge for each person who gave a name, then a page of empty ones to fill in by hand."""
    meeting = reach(request, public_id, "meetings.record_attendance")
    named = [one for one in listed(meeting) if one.state == RegistrationState.CONFIRMED and one.name]
    spare = [None] * (10 + len(named) % BADGES_A_ROW)
    cells = [*named, *spare]
    rows = [cells[start : start + BADGES_A_ROW] for start in range(0, len(cells), BADGES_A_ROW)]
    context = {"meeting": meeting, "rows": rows}
    return pdf_answer(pdf("agents/rencontres/badges.html", context), name=f"badges-{meeting.slug}")
