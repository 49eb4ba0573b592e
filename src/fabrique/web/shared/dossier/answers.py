"""Files of the dossier as HTTP answers, to save under their own name.

Fed by the agents' and public pages. Feeds the browser.
"""

from __future__ import annotations

from django.http import HttpResponse

from fabrique.web.shared.dossier import FORMS, Frozen, account_file, file_name
from fabrique.web.shared.printing import pdf_answer


def file_answer(source: Frozen, kind: str, form: str, data: bytes) -> HttpResponse:
    """A file to save: an HTML one is never opened inside the site, whose policy would strip its style."""
    answer = HttpResponse(data, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{file_name(source, kind, form)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def account_answer(source: Frozen) -> HttpResponse:
    """The account as a PDF that the browser shows."""
    name = file_name(source, "compte-rendu-habitants", "pdf").removesuffix(".pdf")
    return pdf_answer(account_file(source, "pdf"), name=name)
