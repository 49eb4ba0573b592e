"""Runs: the list, launching one, its progress, its result as a tree of themes, what it set aside.

Fed by analysis.services. Feeds templates/agents/analyses/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.analysis import services
from fabrique.analysis.enums import LIVING, RunState, RunStep, ThemeState
from fabrique.analysis.models import Idea, Quote, Run, Theme
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.models import Source
from fabrique.web.agents.analyses.forms import RunForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

REFRESH_SECONDS = 5
#: a run that nobody took after that long: perhaps no worker is running
PATIENCE = timedelta(seconds=30)
REASONS = {
    "empty": gettext_lazy("texte vide"),
    "no_word": gettext_lazy("aucun mot"),
    "non_answer": gettext_lazy("ne dit rien (« RAS », « je ne sais pas »…)"),
}
FAILURES = {
    "analysis.nothing_left": gettext_lazy(
        "Tous les textes sont vides ou ne disent rien : il n’y a rien à analyser."
    ),
    "run.nothing_to_read": gettext_lazy("Le corpus ne contient plus aucun texte."),
    "engine.missing": gettext_lazy("Le moteur de comparaison n’est pas installé sur ce serveur."),
    "engine.weights": gettext_lazy("Le moteur de comparaison installé n’est pas celui qui est attendu."),
    "run.too_many_attempts": gettext_lazy("L’analyse a été interrompue trop souvent."),
}


def reach(request: HttpRequest, run_id: str) -> Run:
    """The run; 403 without any right on analyses, 404 where the right is held elsewhere only."""
    actor = agent(request)
    require(actor, "analysis.read")
    visible = Run.objects.visible_to(actor).select_related("source__perimeter", "asked_by")
    run: Run = get_object_or_404(visible, public_id=run_id)
    return run


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Each source that the agent may read, with its runs."""
    actor = agent(request)
    require(actor, "analysis.read")
    runs = list(Run.objects.visible_to(actor).select_related("asked_by").order_by("-asked_at"))
    sources = [
        {
            "source": source,
            "commun": services.is_common(source),
            "analyses": [run for run in runs if run.source_id == source.pk],
            "peut_lancer": holds(actor, "analysis.run", source.perimeter),
        }
        for source in Source.objects.select_related("perimeter").order_by("-pk")
        if holds(actor, "analysis.read", source.perimeter)
    ]
    # what gathers others first: a common corpus is what the agency answers to
    sources.sort(key=lambda one: not one["commun"])
    context = {"sources": sources, "peut_reunir": holds(actor, "analysis.run")}
    return render(request, "agents/analyses/liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, source_id: str) -> HttpResponse:
    """The form that launches a run; what was typed stays when the verb refuses."""
    actor = agent(request)
    require(actor, "analysis.run")
    source: Source = get_object_or_404(Source.objects.select_related("perimeter"), public_id=source_id)
    if not holds(actor, "analysis.run", source.perimeter):
        raise Http404
    form = RunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.ask_run(actor, source=source, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('agents-analyses:detail', args=[run.public_id])}?suivi=oui")
    return render(request, "agents/analyses/lancer.html", {"source": source, "form": form})


@require_safe
def detail(request: HttpRequest, run_id: str) -> HttpResponse:
    """The progress of a run under way (one may leave and come back), or its result."""
    run = reach(request, run_id)
    if run.state in LIVING:
        return _progress(request, run)
    if run.state != RunState.DONE:
        context = {"analyse": run, "raison": FAILURES.get(run.error_code, "")}
        return render(request, "agents/analyses/arretee.html", context)
    return render(request, "agents/analyses/detail.html", _result(request, run))


def _progress(request: HttpRequest, run: Run) -> HttpResponse:
    """The page asks the browser to come back only where the reader said so, and can stop it (WCAG 2.2.2)."""
    following = request.GET.get("suivi") == "oui"
    steps = list(RunStep.values)
    rank = steps.index(run.step) + 1
    context = {
        "analyse": run,
        "suivi": following,
        "secondes": REFRESH_SECONDS,
        "etape": rank,
        "etapes": len(steps),
        "etape_titre": RunStep(run.step).label.capitalize(),
        "etape_suivante": RunStep(steps[rank]).label.capitalize() if rank < len(steps) else "",
        "attend": run.state == RunState.QUEUED,
        "personne": run.state == RunState.QUEUED and run.asked_at < now() - PATIENCE,
        "peut_abandonner": holds(agent(request), "analysis.run", run.source.perimeter),
    }
    response = render(request, "agents/analyses/progression.html", context)
    if following:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _result(request: HttpRequest, run: Run) -> dict[str, Any]:
    actor = agent(request)
    sizes = services.theme_sizes(run)
    tree = Theme.objects.tree_of(run)
    quotes = Counter(Quote.objects.filter(theme__run=run).values_list("theme_id", flat=True))
    shown = request.GET.get("etat", "")
    states = Counter(theme.state for theme in tree)
    lines = [
        {"theme": theme, "tailles": sizes[theme.pk], "citations": quotes[theme.pk]}
        for theme in tree
        if not shown or theme.state == shown
    ]
    ideas = Idea.objects.filter(run=run)
    return {
        "analyse": run,
        "lignes": lines,
        "etat": shown,
        "etats": [
            {"valeur": s, "libelle": ThemeState(s).label, "nombre": states[s]} for s in ThemeState.values
        ],
        "total": len(tree),
        "idees": ideas.count(),
        "textes": ideas.values("contribution").distinct().count(),
        "sans_theme": ideas.filter(assignments=None).count(),
        "cotes": [
            {"motif": REASONS.get(reason, reason), "nombre": n}
            for reason, n in sorted(Counter(run.set_aside.values_list("reason", flat=True)).items())
        ],
        "campagnes": services.campaigns(run),
        "manifeste": run.manifest.select_related("source").order_by("position"),
        "prochain": Theme.objects.filter(run=run, state=ThemeState.PROPOSED).order_by("position").first(),
        "peut_decider": holds(actor, "analysis.decide", run.source.perimeter),
        "retraits": services.withdrawals_since(run.source, run.corpus_read_at) if run.corpus_read_at else 0,
    }


@require_POST
def cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Give up a run that waits or is under way."""
    run = reach(request, run_id)
    _attempt(request, lambda: services.cancel_run(agent(request), run=run), _("L’analyse est abandonnée."))
    return redirect("agents-analyses:detail", run_id=run.public_id)


@require_POST
def make_current(request: HttpRequest, run_id: str) -> HttpResponse:
    """Work on this run from now on."""
    run = reach(request, run_id)
    done = _("Cette analyse est maintenant celle sur laquelle vous travaillez.")
    _attempt(request, lambda: services.make_current(agent(request), run=run), done)
    return redirect("agents-analyses:detail", run_id=run.public_id)


@require_safe
def set_aside(request: HttpRequest, run_id: str) -> HttpResponse:
    """The texts that the run did not analyse, with the reason of each."""
    run = reach(request, run_id)
    rows = run.set_aside.select_related("contribution__question").order_by("pk")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    lines = [(REASONS.get(row.reason, row.reason), row.contribution) for row in page]
    return render(
        request, "agents/analyses/mises_de_cote.html", {"analyse": run, "page": page, "lignes": lines}
    )


def _attempt(request: HttpRequest, verb: Callable[[], Any], done: str) -> None:
    """Call a verb; say that it is done, or why not. A missing right is left to the 403 page."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, done)
