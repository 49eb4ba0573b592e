"""Paper: table sheets to print, slips with a code an item, and typing a sheet afterwards.

Fed by tables and items. Feeds the printer, and record_item for what stands on a sheet.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemEntry, ItemState, MinutesState
from fabrique.meetings.models import Item, Meeting, Table
from fabrique.meetings.services.items import record_item
from fabrique.meetings.services.slips import DAYS_AFTER_SIGNATURE, print_slips
from fabrique.web.agents.animation.access import file_context, reach, url
from fabrique.web.agents.animation.forms import CodeForm, FileForm, SheetLineForm, kinds, table_name
from fabrique.web.shared.actors import agent
from fabrique.web.shared.printing import pdf, pdf_answer, qr_data
from fabrique_core.privacy.receipts import format_code

#: lines of the page that types a sheet; another page of lines follows when they are full
LINES = 8
SheetFormSet = formset_factory(SheetLineForm, extra=LINES, max_num=40, absolute_max=40)


@require_safe
def table_sheets(request: HttpRequest, public_id: str) -> HttpResponse:
    """One sheet a table: its code, the questions, room to write."""
    meeting = reach(request, public_id, "meetings.facilitate")
    tables = list(meeting.tables.all())
    prompts = list(meeting.prompts.all())
    if not tables or not prompts:
        raise Refused("sheets.room", _("Préparez d’abord les tables et les questions."))
    context = {
        "meeting": meeting,
        "tables": [{"code": one.code, "name": table_name(one)} for one in tables],
        "prompts": prompts,
        "natures": kinds(),
        "lignes": range(6 if len(prompts) < 3 else 4),
    }
    return pdf_answer(pdf("agents/animation/feuilles.html", context), name=f"feuilles-{meeting.slug}"[:80])


@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: HttpRequest, public_id: str) -> HttpResponse:
    """Print the slips of a table or of all: by POST, since codes are made and come out in clear."""
    meeting = reach(request, public_id, "meetings.facilitate")
    if request.method == "POST":
        table = meeting.tables.filter(public_id=request.POST.get("table", "")).first()
        rows = print_slips(agent(request), meeting=meeting, table=table)
        name = f"talons-{meeting.slug}-{table.number if table else 'tous'}"
        return pdf_answer(
            pdf("agents/animation/talons_pdf.html", _slip_context(request, meeting, rows)), name=name[:80]
        )
    signed = meeting.minutes.exclude(state=MinutesState.DRAFT).exists()
    tables = [
        {
            "id": one.public_id,
            "name": table_name(one),
            "said": one.items.filter(state=ItemState.ACTIVE).count(),
        }
        for one in meeting.tables.all()
    ]
    context = file_context(
        request, meeting, "compte-rendu", tables=tables, signe=signed, jours=DAYS_AFTER_SIGNATURE
    )
    return render(request, "agents/animation/talons.html", context)


def _slip_context(request: HttpRequest, meeting: Meeting, rows: list[tuple[Item, str]]) -> dict[str, Any]:
    """Slips by table: the words, the code in groups, its QR."""
    tables: dict[int, dict[str, Any]] = {}
    for item, code in rows:
        sheet = tables.setdefault(item.table_id, {"name": table_name(item.table), "slips": []})
        link = request.build_absolute_uri(reverse("suivre:lien", args=[code]))
        sheet["slips"].append({"item": item, "code": format_code(code), "qr": qr_data(link, scale=4)})
    return {
        "meeting": meeting,
        "tables": list(tables.values()),
        "adresse": request.build_absolute_uri(reverse("suivre:code")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def take_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """What comes back on paper or in a file: the code of a sheet opens its page; a document is imported."""
    meeting = reach(request, public_id, "meetings.enter_items")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = "".join(form.cleaned_data["code"].split()).upper()
        table = meeting.tables.filter(code=code).first()
        if table is not None:
            return redirect(url(meeting, "reprendre-feuille", table.public_id))
        form.add_error(
            "code", _("Aucune table de cette rencontre n’a ce code. Relisez-le en haut de la feuille.")
        )
    context = file_context(
        request,
        meeting,
        "reprendre",
        form=form,
        fichier=FileForm(),
        tables=[{"id": one.public_id, "name": table_name(one)} for one in meeting.tables.all()],
        prete=meeting.tables.exists() and meeting.prompts.exists(),
    )
    return render(request, "agents/animation/reprendre.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def type_sheet(request: HttpRequest, public_id: str, table_id: str) -> HttpResponse:
    """Type what stands on a table's sheet, several lines at a time."""
    meeting = reach(request, public_id, "meetings.enter_items")
    table = get_object_or_404(meeting.tables, public_id=table_id)
    prompts = list(meeting.prompts.all())
    given = {"prompts": prompts}
    if request.method == "POST":
        formset = SheetFormSet(request.POST, form_kwargs=given, prefix="ligne")
        if formset.is_valid() and (count := _store(request, meeting, table, formset)) is not None:
            said = ngettext("%(count)d propos noté.", "%(count)d propos notés.", count) % {"count": count}
            messages.success(request, said)
            return redirect(url(meeting, "reprendre-feuille", table.public_id))
    else:
        formset = SheetFormSet(
            initial=[{"client_id": uuid.uuid4()} for _line in range(LINES)], form_kwargs=given, prefix="ligne"
        )
        formset.extra = 0
    noted = Item.objects.filter(table=table, state=ItemState.ACTIVE).select_related("prompt")
    context = file_context(
        request, meeting, "reprendre", formset=formset, table=table, table_nom=table_name(table), notes=noted
    )
    return render(request, "agents/animation/feuille.html", context)


def _store(request: HttpRequest, meeting: Meeting, table: Table, formset: Any) -> int | None:
    """Note the lines that hold words; None where one was refused, which its line then says."""
    count, whole = 0, True
    for form in formset:
        if not form.cleaned_data.get("text"):
            continue
        try:
            record_item(
                agent(request),
                meeting=meeting,
                client_id=form.cleaned_data["client_id"],
                words=form.words(table),
                entry=ItemEntry.PAPER,
            )
            count += 1
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("text", str(refusal))
            whole = False
    return count if whole else None
