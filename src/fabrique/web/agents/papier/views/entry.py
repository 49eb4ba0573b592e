"""Entry at the keyboard: find a sheet by its number, type it once, or a second time without seeing the first.

Fed by fabrique.paper. Feeds templates/agents/papier/.
"""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.paper import services
from fabrique.paper.enums import FormState
from fabrique.paper.models import Batch, PaperForm
from fabrique.web.agents.papier.access import code_of, reach_form, url
from fabrique.web.agents.papier.forms import SheetForm, SheetNumberForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

_SHORT_NUMBER = re.compile(r"^\s*\d{1,5}[\s-]+\d{2}\s*$")


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The next sheet: its number is asked, typed in full, by its digits inside a batch, or scanned."""
    actor = agent(request)
    require(actor, "paper.enter")
    batch = _batch(request)
    form = SheetNumberForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data["code"]
        if batch and _SHORT_NUMBER.match(typed):
            typed = f"{batch.code}-{typed.strip()}"
        try:
            found = _sheet(request, *services.read_sheet_code(typed))
            services.claim(actor, form=found)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect(url(found.batch, "saisie", found.number))
    context = {"form": form, "lot": batch, "reste": batch.forms.to_enter().count() if batch else None}
    return render(request, "agents/papier/feuille.html", context)


def _batch(request: HttpRequest) -> Batch | None:
    wanted = request.GET.get("lot", "")
    visible = Batch.objects.visible_to(agent(request)).select_related("version__consultation")
    return get_object_or_404(visible, public_id=wanted) if wanted else None


def _sheet(request: HttpRequest, batch_code: str, number: int) -> PaperForm:
    """The sheet of that number. Raises Refused('paper.unknown') where the agent sees none."""
    visible = PaperForm.objects.visible_to(agent(request)).select_related("batch__territory")
    found: PaperForm | None = visible.filter(batch__code=batch_code, number=number).first()
    if found is None:
        raise Refused("paper.unknown", _("Aucune feuille de vos lots n’a ce numéro. Vérifiez-le."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, batch_id: str, number: int) -> HttpResponse:
    """One sheet on the screen, in the order of the paper. Blind: nothing of another entry is ever shown."""
    sheet = reach_form(request, batch_id, number, "paper.enter")
    actor = agent(request)
    try:
        rank = services.rank_for(sheet, actor.user)
        if request.method != "POST":
            services.claim(actor, form=sheet)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect(_next(sheet.batch))
    consultation = sheet.batch.version.consultation
    definition = services.definition_for(sheet)
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        definition=definition,
        consultation=consultation,
        label_suffix="",
    )
    if request.method == "POST" and form.is_valid():
        try:
            entered = services.enter(actor, form=sheet, reading=form.reading)
        except Forbidden:
            raise
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _told(entered, code_of(sheet)))
            return redirect(_next(sheet.batch))
    context = {
        "form": form,
        "feuille": sheet,
        "code": code_of(sheet),
        "lot": sheet.batch,
        "rang": rank,
    }
    return render(request, "agents/papier/saisie.html", context)


@require_POST
def leave(request: HttpRequest, batch_id: str, number: int) -> HttpResponse:
    """Put the sheet back on the pile without entering it."""
    sheet = reach_form(request, batch_id, number, "paper.enter")
    services.release(agent(request), form=sheet)
    return redirect(url(sheet.batch, "lot"))


def _show(form: SheetForm, refusal: Refused) -> None:
    if refusal.code == "paper.reading":
        form.show_errors(refusal.params["errors"])  # type: ignore[arg-type]
    else:
        form.add_error(None, str(refusal))


def _told(sheet: PaperForm, code: str) -> str:
    """What became of the sheet just entered."""
    sentences = {
        FormState.ENTERED: _("Feuille %(code)s saisie."),
        FormState.RECORDED: _("Feuille %(code)s saisie deux fois, sans écart : elle est dans le corpus."),
        FormState.DIFFERENT: _("Feuille %(code)s saisie deux fois : des écarts sont à trancher."),
    }
    if sheet.state == FormState.ASIDE:
        return _("Feuille %(code)s comptée, pas enregistrée : %(reason)s.") % {
            "code": code,
            "reason": sheet.get_aside_reason_display(),
        }
    return sentences[FormState(sheet.state)] % {"code": code}


def _next(batch: Batch) -> str:
    """Where one goes after a sheet: the number of the next one, asked inside the same batch."""
    return f"{reverse('agents-papier:feuille')}?lot={batch.public_id}"
