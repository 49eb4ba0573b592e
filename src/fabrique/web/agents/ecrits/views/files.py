"""The files as they came: handed over to be saved, never opened by the browser; a page of a PDF as an image.

Fed by WrittenFile. Feeds the splitting screen. Drawing a page happens in a child process with limits.
"""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fabrique.web.agents.ecrits.access import reach_file
from fabrique.written.models import WrittenFile
from fabrique_core.errors import CoreError
from fabrique_core.files import Inspected, Kind, page_image


@require_safe
def download(request: HttpRequest, file_id: str) -> HttpResponse:
    """The bytes as received, as a file to save: no type that a browser would open by itself."""
    found = reach_file(request, file_id)
    if not found.content:
        raise Http404
    answer = HttpResponse(found.data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return _sealed(answer)


@require_safe
def page(request: HttpRequest, file_id: str, page: int) -> HttpResponse:
    """One page of a PDF as PNG."""
    found = reach_file(request, file_id)
    if found.kind != Kind.PDF.value or not found.content:
        raise Http404
    try:
        drawn = page_image(_inspected(found), page)
    except CoreError as error:
        raise Http404 from error
    return _sealed(HttpResponse(drawn, content_type="image/png"))


def _inspected(found: WrittenFile) -> Inspected:
    """It was inspected when it came in: what is stored is what passed."""
    data = found.data
    return Inspected(Kind(found.kind), found.name, len(data), hashlib.sha256(data).hexdigest(), data)


def _sealed(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
