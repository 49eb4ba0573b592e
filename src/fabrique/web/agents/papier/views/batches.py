"""Batches of booklets: the list, preparing one, its totals, its PDF, what came back, the draw, the closing.

Fed by fabrique.paper. Feeds templates/agents/papier/.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.paper import services
from fabrique.paper.enums import AsideReason, BatchState, FormState
from fabrique.paper.models import Batch
from fabrique.territories.models import Territory
from fabrique.web.agents.papier.access import code_of, reach, reach_form, url
from fabrique.web.agents.papier.forms import BatchForm, ReceivedForm, SheetNumberForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.booklets import booklets_pdf
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.printing import pdf_answer

#: booklets in one PDF: a few seconds to draw
AT_ONCE = 25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The batches of the agent's territories, with what waits in each."""
    actor = agent(request)
    require(actor, "paper.read")
    batches = (
        Batch.objects.visible_to(actor)
        .select_related("version__consultation", "territory", "relay")
        .with_totals()
        .order_by("state", "-created_at")
    )
    enters = holds(actor, "paper.enter")
    context = {
        "lots": list(batches),
        "peut_imprimer": holds(actor, "paper.print"),
        "peut_saisir": enters,
        "form": SheetNumberForm(auto_id="feuille_%s") if enters else None,
    }
    return render(request, "agents/papier/liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a batch; `?consultation=` and `?relais=` (public ids) fill the form."""
    actor = agent(request)
    require(actor, "paper.print")
    consultations, territories = _where(actor)
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        consultations=consultations,
        territories=territories,
        organisations=Organisation.objects.filter(territory__in=_inside(territories)).order_by("name"),
        initial={name: request.GET[name] for name in ("consultation", "relais") if name in request.GET},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            batch = services.create_batch(
                actor,
                version=given["consultation"].questionnaires.current(),
                territory=given["territoire"],
                size=given["nombre"],
                register=given["registre"],
                relay=given["relais"],
                double_share=given["part"],
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(url(batch, "lot"))
    return render(request, "agents/papier/nouveau.html", {"form": form, "consultations": consultations})


def _where(actor: Agent) -> tuple[Any, Any]:
    """The open consultations for which the agent prints, and the territories where."""
    found, places = [], set()
    for consultation in Consultation.objects.filter(state=State.OPEN).select_related("perimeter"):
        reached = services.territories_for(actor, verb="paper.print", perimeter=consultation.perimeter)
        if reached:
            found.append(consultation.pk)
            places |= {place.pk for place in reached}
    return (
        Consultation.objects.filter(pk__in=found).order_by("-opens_at"),
        Territory.objects.filter(pk__in=places).order_by("level", "code"),
    )


def _inside(territories: Any) -> Any:
    """The territories and all that lies in them."""
    inside = Territory.objects.none()
    for territory in territories:
        inside = inside | Territory.objects.within(territory)
    return inside


@require_safe
def detail(request: HttpRequest, batch_id: str) -> HttpResponse:
    """The totals of a batch, what to do next, its sheets."""
    return _detail(request, reach(request, batch_id))


def _detail(request: HttpRequest, batch: Batch, received: ReceivedForm | None = None) -> HttpResponse:
    actor = agent(request)
    counted = Batch.objects.with_totals().get(pk=batch.pk)
    enters = holds(actor, "paper.enter", batch.territory)
    doubled = batch.forms.to_double_by(actor.user).order_by("number") if enters else batch.forms.none()
    context = {
        "lot": batch,
        "totaux": counted,
        "ouvert": batch.state == BatchState.OPEN,
        "ecart": _gap(batch, counted),
        "ecartees": [
            {"motif": AsideReason(row["aside_reason"]).label, "nombre": row["forms"]}
            for row in batch.forms.all().aside_by_reason()
        ],
        "impressions": _ranges(batch),
        "secondes": [{"form": form, "code": code_of_row(batch, form)} for form in doubled],
        "secondes_ailleurs": counted.to_double - len(doubled),
        "tirages": list(batch.draws.all()),
        "feuilles": [
            {"form": form, "code": code_of_row(batch, form)}
            for form in batch.forms.exclude(state__in=[FormState.PRINTED, FormState.LOST]).order_by("number")
        ],
        "recues": received or ReceivedForm(initial={"recues": batch.received}),
        "numero": SheetNumberForm(auto_id="feuille_%s"),
        "peut_imprimer": holds(actor, "paper.print", batch.territory),
        "peut_saisir": enters,
        "peut_trancher": holds(actor, "paper.settle", batch.territory),
    }
    return render(request, "agents/papier/lot.html", context)


def code_of_row(batch: Batch, form: Any) -> str:
    """The sheet's code without a query for its batch."""
    return services.sheet_code(batch.code, form.number)


def _gap(batch: Batch, counted: Any) -> str:
    """Whether what was typed is what came back, in words."""
    handled = counted.entered + counted.aside
    missing = batch.received - handled
    if missing > 0:
        return ngettext(
            "%(count)s feuille revenue n’est pas encore saisie.",
            "%(count)s feuilles revenues ne sont pas encore saisies.",
            missing,
        ) % {"count": missing}
    if missing < 0:
        return _(
            "%(handled)s feuilles sont traitées, mais %(received)s seulement ont été comptées au retour."
            " Recomptez la pile."
        ) % {"handled": handled, "received": batch.received}
    return _("Toutes les feuilles comptées au retour sont traitées.") if handled else ""


def _ranges(batch: Batch) -> list[dict[str, Any]]:
    """The files to print, by packets of AT_ONCE: what came back already is not printed again."""
    numbers = list(batch.forms.to_enter().order_by("number").values_list("number", flat=True))
    packets = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    return [{"de": packet[0], "a": packet[-1], "nombre": len(packet)} for packet in packets]


@require_safe
def booklets(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Booklets `de` to `a` as a PDF, for who prints here and for the batch's own relay."""
    actor = agent(request)
    batch = get_object_or_404(
        Batch.objects.select_related("version__consultation", "territory", "relay"), public_id=batch_id
    )
    services.check_may_print(actor, batch=batch)
    first = _number(request.GET.get("de", "1"))
    last = _number(request.GET.get("a", str(first + AT_ONCE - 1)))
    wanted = batch.forms.to_enter().filter(number__gte=first, number__lte=last)
    forms = list(wanted.order_by("number")[:AT_ONCE])
    if not forms:
        raise Http404
    content = booklets_pdf(batch, site=request.build_absolute_uri("/"), forms=forms)
    services.note_printing(actor, batch=batch, count=len(forms))
    return pdf_answer(content, name=f"livrets-{batch.code}-{forms[0].number:03d}-{forms[-1].number:03d}")


def _number(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 5:
        raise Http404
    return int(typed)


@require_POST
def receive(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Keep how many sheets came back."""
    batch = reach(request, batch_id, "paper.enter")
    form = ReceivedForm(request.POST)
    if form.is_valid():
        try:
            services.receive(agent(request), batch=batch, count=form.cleaned_data["recues"])
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("recues", str(refusal))
        else:
            messages.success(request, _("C’est compté."))
            return redirect(url(batch, "lot"))
    return _detail(request, batch, form)


@require_POST
def draw(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Draw the sample of the second entry; the other sheets go to the corpus."""
    batch = reach(request, batch_id, "paper.enter")
    return _done(
        request,
        batch,
        lambda: services.draw_sample(agent(request), batch=batch),
        _("Le tirage est fait. Les feuilles non tirées sont dans le corpus."),
    )


@require_POST
def add(request: HttpRequest, batch_id: str) -> HttpResponse:
    """A sheet without number of its own gets one."""
    batch = reach(request, batch_id, "paper.print")
    return _done(
        request,
        batch,
        lambda: services.add_form(agent(request), batch=batch),
        _("Une feuille est ajoutée à la fin du lot. Écrivez son numéro sur le papier."),
    )


@require_POST
def close(request: HttpRequest, batch_id: str) -> HttpResponse:
    """No more sheets are awaited."""
    batch = reach(request, batch_id, "paper.print")
    return _done(
        request,
        batch,
        lambda: services.close_batch(agent(request), batch=batch),
        _("Le lot est clos. Les codes des feuilles qui ne sont pas revenues sont effacés."),
    )


@require_POST
def reopen(request: HttpRequest, batch_id: str, number: int) -> HttpResponse:
    """A sheet set aside by mistake is entered again."""
    form = reach_form(request, batch_id, number, "paper.enter")
    return _done(
        request,
        form.batch,
        lambda: services.reopen(agent(request), form=form),
        _("La feuille %(code)s peut être saisie de nouveau.") % {"code": code_of(form)},
    )


def _done(request: HttpRequest, batch: Batch, act: Any, sentence: str) -> HttpResponse:
    try:
        act()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, sentence)
    return redirect(url(batch, "lot"))
