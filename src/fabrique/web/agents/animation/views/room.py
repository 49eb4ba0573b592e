"""The meetings to facilitate, and one meeting's preparation: its tables, its questions, its printed sheets.

Fed by the agent. Feeds the verbs of meetings.services.tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemState
from fabrique.meetings.models import Meeting
from fabrique.meetings.services import tables as verbs
from fabrique.web.agents.animation.access import file_context, reach, url
from fabrique.web.agents.animation.forms import PromptForm, TableForm, TablesForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

PER_PAGE = 30


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The meetings that the agent may read, the next ones first."""
    actor = agent(request)
    require(actor, "meetings.read")
    said = Count("tables__items", filter=Q(tables__items__state=ItemState.ACTIVE))
    rows = Meeting.objects.visible_to(actor).for_page().by_date().annotate(said=said)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "peut_noter": holds(actor, "meetings.enter_items"),
    }
    return render(request, "agents/animation/liste.html", context)


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    return _detail(request, reach(request, public_id))


def _detail(request: HttpRequest, meeting: Meeting, **forms: Any) -> HttpResponse:
    rows = meeting.tables.annotate(said=Count("items", filter=Q(items__state=ItemState.ACTIVE)))
    prompts = meeting.prompts.annotate(said=Count("items"))
    given = {
        "tables_form": TablesForm(initial={"count": len(rows) or 6}),
        "prompt_form": PromptForm(),
        **forms,
    }
    context = file_context(
        request,
        meeting,
        "rencontre",
        tables=rows,
        prompts=prompts,
        themes_sans_question=meeting.themes.exclude(
            pk__in=prompts.exclude(theme=None).values("theme")
        ).count(),
        **given,
    )
    return render(request, "agents/animation/rencontre.html", context)


@require_POST
def set_tables(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.facilitate")
    form = TablesForm(request.POST)
    if form.is_valid() and _done(
        request,
        form,
        lambda: verbs.set_tables(agent(request), meeting=meeting, count=form.cleaned_data["count"]),
    ):
        messages.success(request, _("Les tables sont prêtes. Vous pouvez imprimer leurs feuilles."))
        return redirect(url(meeting, "rencontre"))
    return _detail(request, meeting, tables_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, public_id: str, table_id: str) -> HttpResponse:
    """Name a table."""
    meeting = reach(request, public_id, "meetings.facilitate")
    row = get_object_or_404(meeting.tables, public_id=table_id)
    form = TableForm(request.POST if request.method == "POST" else None, initial={"label": row.label})
    if request.method == "POST" and form.is_valid():
        verbs.rename_table(agent(request), table=row, label=form.cleaned_data["label"])
        return redirect(url(meeting, "rencontre"))
    return render(
        request,
        "agents/animation/table.html",
        file_context(request, meeting, "rencontre", form=form, table=row),
    )


@require_POST
def add_prompt(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.facilitate")
    form = PromptForm(request.POST)
    if form.is_valid() and _done(
        request,
        form,
        lambda: verbs.add_prompt(agent(request), meeting=meeting, wording=form.cleaned_data["wording"]),
    ):
        return redirect(f"{url(meeting, 'rencontre')}#questions")
    return _detail(request, meeting, prompt_form=form)


@require_POST
def prompts_from_themes(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.facilitate")
    _tell(request, lambda: verbs.prompts_from_themes(agent(request), meeting=meeting))
    return redirect(f"{url(meeting, 'rencontre')}#questions")


@require_http_methods(["GET", "HEAD", "POST"])
def prompt(request: HttpRequest, public_id: str, prompt_id: str) -> HttpResponse:
    """Rewrite a question."""
    meeting = reach(request, public_id, "meetings.facilitate")
    row = get_object_or_404(meeting.prompts, public_id=prompt_id)
    form = PromptForm(request.POST if request.method == "POST" else None, initial={"wording": row.wording})
    if request.method == "POST" and form.is_valid():
        verbs.change_prompt(agent(request), prompt=row, wording=form.cleaned_data["wording"])
        return redirect(f"{url(meeting, 'rencontre')}#questions")
    return render(
        request,
        "agents/animation/question.html",
        file_context(request, meeting, "rencontre", form=form, prompt=row),
    )


@require_POST
def move_prompt(request: HttpRequest, public_id: str, prompt_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.facilitate")
    row = get_object_or_404(meeting.prompts, public_id=prompt_id)
    verbs.move_prompt(agent(request), prompt=row, up=request.POST.get("sens") == "haut")
    return redirect(f"{url(meeting, 'rencontre')}#questions")


@require_POST
def remove_prompt(request: HttpRequest, public_id: str, prompt_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.facilitate")
    row = get_object_or_404(meeting.prompts, public_id=prompt_id)
    _tell(request, lambda: verbs.remove_prompt(agent(request), prompt=row))
    return redirect(f"{url(meeting, 'rencontre')}#questions")


def _done(request: HttpRequest, form: Any, verb: Callable[[], Any]) -> bool:
    """Call the verb; a refusal becomes an error of the form. A missing right is left to the 403 page."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _tell(request: HttpRequest, verb: Callable[[], Any]) -> bool:
    """Call the verb; a refusal is told at the top of the next page."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return False
    return True


#: the same ways to call a verb, for the other screens of the room
done, tell = _done, _tell
