"""Minutes written elsewhere: the file is read and shown, then a person keeps, corrects and stores.

Fed by FileForm. Feeds minutes_import; nothing of the file is kept between the two pages but the page itself.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.meetings.models import Meeting
from fabrique.meetings.services.minutes_import import MOST_ITEMS, Preview, read_minutes, store_import
from fabrique.web.agents.animation.access import file_context, reach, url
from fabrique.web.agents.animation.forms import CodeForm, FileForm, PreviewLineForm, table_name
from fabrique.web.shared.actors import agent

PreviewFormSet = formset_factory(PreviewLineForm, extra=0, max_num=MOST_ITEMS, absolute_max=MOST_ITEMS)


@require_POST
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the file would give. Nothing is stored."""
    meeting = reach(request, public_id, "meetings.enter_items")
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            uploaded = form.cleaned_data["file"]
            found = read_minutes(
                agent(request), meeting=meeting, data=upload_bytes(uploaded), name=uploaded.name
            )
            return _show(request, meeting, found)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("file", str(refusal))
    context = file_context(
        request,
        meeting,
        "reprendre",
        form=CodeForm(),
        fichier=form,
        tables=[{"id": one.public_id, "name": table_name(one)} for one in meeting.tables.all()],
        prete=meeting.tables.exists() and meeting.prompts.exists(),
    )
    return render(request, "agents/animation/reprendre.html", context)


def _show(request: HttpRequest, meeting: Meeting, found: Preview) -> HttpResponse:
    initial = [
        {
            "keep": True,
            "rank": rank,
            "text": one.text,
            "kind": one.kind,
            "prompt": one.prompt,
            "table": one.table,
            "people": one.people,
            "carrier": one.carrier,
        }
        for rank, one in enumerate(found.items)
    ]
    formset = PreviewFormSet(initial=initial, form_kwargs=_choices(meeting), prefix="propos")
    return _page(request, meeting, formset, found.digest, found.name, found.set_aside)


@require_POST
def store(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note what was kept. Sent twice, it is noted once."""
    meeting = reach(request, public_id, "meetings.enter_items")
    formset = PreviewFormSet(request.POST, form_kwargs=_choices(meeting), prefix="propos")
    digest, name = request.POST.get("empreinte", "")[:64], request.POST.get("nom", "")[:200]
    if formset.is_valid():
        kept = [(form.cleaned_data["rank"], form.placed()) for form in formset if form.cleaned_data["keep"]]
        if not kept:
            messages.warning(request, _("Aucun propos n’était coché : rien n’a été noté."))
            return redirect(url(meeting, "reprendre"))
        try:
            stored = store_import(agent(request), meeting=meeting, digest=digest, kept=kept)
        except Forbidden:
            raise
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _page(request, meeting, formset, digest, name, [])
        count = len(stored)
        said = ngettext("%(count)d propos repris du document.", "%(count)d propos repris du document.", count)
        messages.success(request, said % {"count": count})
        return redirect(url(meeting, "reprendre"))
    return _page(request, meeting, formset, digest, name, [])


def _choices(meeting: Meeting) -> dict[str, Any]:
    return {"tables": list(meeting.tables.all()), "prompts": list(meeting.prompts.all())}


def _page(
    request: HttpRequest, meeting: Meeting, formset: Any, digest: str, name: str, aside: list[tuple[str, str]]
) -> HttpResponse:
    context = file_context(
        request, meeting, "reprendre", formset=formset, empreinte=digest, nom=name, mis_de_cote=aside
    )
    return render(request, "agents/animation/apercu.html", context)
