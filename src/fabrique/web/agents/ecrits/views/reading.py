"""The splitting screen: the document on one side, its demands on the other; then the decision.

Fed by written.models. Feeds save_demands, accept and refuse. Everything works without JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.folding import fold
from fabrique.web.agents.ecrits.access import reach_written
from fabrique.web.agents.ecrits.forms import AcceptForm, RefuseForm
from fabrique.web.agents.ecrits.notes import notes_in_words
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.written import services
from fabrique.written.enums import WrittenState
from fabrique.written.models import Demand, WrittenContribution, WrittenFile
from fabrique.written.services import Typed
from fabrique.written.services.reading import blocks_of
from fabrique_core.files import Block

#: passages of the document on one screen
PER_PAGE = 250
WORDS = "texte"
MOST_ROWS = 300


@dataclass(frozen=True)
class Passage:
    """One block of the document on screen: its rank, and whether a demand already holds it."""

    rank: int
    block: Block
    taken: bool
    first_of_page: bool


@require_safe
def detail(request: HttpRequest, written_id: str) -> HttpResponse:
    """The document and its demands, side by side."""
    return _page(request, reach_written(request, written_id))


def _page(
    request: HttpRequest,
    written: WrittenContribution,
    *,
    typed: list[Typed] | None = None,
    accept: AcceptForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    actor = agent(request)
    files = list(written.files.all())
    chosen, current, blocks = _document(request, written, files)
    demands = list(Demand.objects.of_written(written))
    waiting = written.state == WrittenState.QUARANTINED
    passages = _passages(blocks, [fold(demand.text) for demand in demands])
    page = Paginator(passages, PER_PAGE).get_page(request.GET.get("blocs"))
    context = {
        "ecrit": written,
        "fichiers": files,
        "choisi": chosen,
        "fichier": current,
        "page": page,
        "notes": notes_in_words(written.set_aside),
        "lignes": _lines(demands, typed),
        "demandes": demands,
        "peut_decouper": waiting and holds(actor, "written.receive", written.call.perimeter),
        "peut_decider": waiting and holds(actor, "written.decide", written.call.perimeter),
        "accepter": accept or AcceptForm(initial=_initial(written), perimeter=written.call.perimeter),
        "ecarter": RefuseForm(),
        "proches": _near(written) if waiting else [],
        "refus": refusal,
        "suite": _query(chosen, page.number),
    }
    return render(request, "agents/ecrits/contribution.html", context)


def _document(
    request: HttpRequest, written: WrittenContribution, files: list[WrittenFile]
) -> tuple[str, WrittenFile | None, list[Block]]:
    """What the left side shows: one file at a time, or the words of the form or message."""
    default = str(files[0].public_id) if files else WORDS
    wanted = request.GET.get("document") or request.POST.get("document") or default
    for one in files:
        if str(one.public_id) == wanted:
            return wanted, one, one.blocks
    return WORDS, None, list(blocks_of(written.text))


def _passages(blocks: list[Block], taken: list[str]) -> list[Passage]:
    found = []
    former: int | None = None
    for rank, block in enumerate(blocks):
        folded = fold(block.text)
        held = any(folded in text or text in folded for text in taken if text and folded)
        found.append(Passage(rank, block, held, block.page is not None and block.page != former))
        former = block.page
    return found


def _lines(demands: list[Demand], typed: list[Typed] | None) -> list[dict[str, Any]]:
    """The rows of the right side: as stored, or as typed where a refusal sends the page back."""
    if typed is None:
        return [
            {"cle": one.public_id, "texte": one.text, "page": one.page, "fichier": one.file}
            for one in demands
        ]
    return [{"cle": one.key, "texte": one.text, "page": one.page, "fichier": one.file} for one in typed]


def _initial(written: WrittenContribution) -> dict[str, Any]:
    return {
        "name": written.organisation_name,
        "kind": written.organisation_kind,
        "territory": written.territory_id or written.call.perimeter_id,
        "title": written.title,
    }


def _near(written: WrittenContribution) -> list[Organisation]:
    """Organisations already known whose name shares its longest word: to write the same name the same way."""
    words = sorted(fold(written.organisation_name).split(), key=len, reverse=True)
    if not words or len(words[0]) < 4:
        return []
    return list(Organisation.objects.filter(folded_name__contains=words[0]).select_related("territory")[:8])


def _query(document: str, page: int) -> str:
    return f"document={document}&blocs={page}"


@require_POST
def split(request: HttpRequest, written_id: str) -> HttpResponse:
    """Save the demands; « ajouter » takes one more passage of the document."""
    written = reach_written(request, written_id)
    require(agent(request), "written.receive", written.call.perimeter)
    typed = _typed(request, written)
    try:
        if wanted := request.POST.get("ajouter"):
            typed = _with_passage(request, written, typed, wanted)
        services.save_demands(
            agent(request), written=written, typed=typed, revision=_number(request.POST.get("revision")) or 0
        )
    except Forbidden:
        raise
    except Refused as refusal:
        return _page(request, written, typed=typed, refusal=refusal)
    messages.success(request, _("Découpage enregistré."))
    place = _query(request.POST.get("document", WORDS), _number(request.POST.get("blocs")) or 1)
    anchor = (
        f"#passage-{_number(request.POST.get('ajouter'))}" if request.POST.get("ajouter") else "#demandes"
    )
    return redirect(f"{reverse('agents-ecrits:contribution', args=[written.public_id])}?{place}{anchor}")


def _typed(request: HttpRequest, written: WrittenContribution) -> list[Typed]:
    files = {str(one.public_id): one for one in written.files.all()}
    rows = []
    for rank in range(min(_number(request.POST.get("lignes")) or 0, MOST_ROWS)):
        # one field for both: a form holds a bounded number of them
        key, _colon, place = request.POST.get(f"lien-{rank}", "").partition(":")
        rows.append(
            Typed(
                text=request.POST.get(f"texte-{rank}", ""),
                key=key,
                file=files.get(place),
                page=_number(request.POST.get(f"page-{rank}")),
                with_former=f"avec-{rank}" in request.POST,
                dropped=f"oter-{rank}" in request.POST,
            )
        )
    return rows


def _with_passage(
    request: HttpRequest, written: WrittenContribution, typed: list[Typed], wanted: str
) -> list[Typed]:
    _chosen, current, blocks = _document(request, written, list(written.files.all()))
    rank = _number(wanted)
    if rank is None or rank >= len(blocks):
        return typed
    return services.with_passage(typed, file=current, text=blocks[rank].text, page=blocks[rank].page)


def _number(typed: str | None) -> int | None:
    text = (typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@require_POST
def accepting(request: HttpRequest, written_id: str) -> HttpResponse:
    """Accept: the demands enter the corpus, under one organisation."""
    written = reach_written(request, written_id)
    require(agent(request), "written.decide", written.call.perimeter)
    form = AcceptForm(request.POST, perimeter=written.call.perimeter)
    if not form.is_valid():
        return _page(request, written, accept=form)
    try:
        accepted = services.accept(agent(request), written=written, **form.cleaned_data)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect("agents-ecrits:contribution", written.public_id)
    n = accepted.demands.count()
    messages.success(
        request,
        ngettext(
            "Contribution acceptée : %(n)d demande entre dans le corpus, au nom d’un organisme.",
            "Contribution acceptée : %(n)d demandes entrent dans le corpus, au nom d’un organisme.",
            n,
        )
        % {"n": n},
    )
    return redirect("agents-ecrits:appel", written.call.public_id)


@require_POST
def refusing(request: HttpRequest, written_id: str) -> HttpResponse:
    """Set aside, with a reason."""
    written = reach_written(request, written_id)
    try:
        services.refuse(agent(request), written=written, reason=request.POST.get("reason", ""))
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect("agents-ecrits:contribution", written.public_id)
    messages.success(request, _("Contribution écartée."))
    return redirect("agents-ecrits:appel", written.call.public_id)
