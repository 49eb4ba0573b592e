"""Deciding on one theme: read its quotes, name it, accept, discard, merge, move, undo; approve quotes one
by one.

Fed by analysis.services, which hold every rule. Feeds templates/agents/analyses/theme.html and idees.html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.analysis import services
from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Idea, Quote, Theme
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Moderation
from fabrique.web.agents.analyses.forms import (
    AcceptForm,
    DiscardForm,
    MergeForm,
    MoveForm,
    QuoteForm,
    UndoForm,
)
from fabrique.web.agents.analyses.views.runs import reach
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique_core.text.numbers import whole

FEWEST_QUOTES = 5
MOST_QUOTES = 8


def _theme(request: HttpRequest, run_id: str, theme_id: str) -> Theme:
    run = reach(request, run_id)
    themes = Theme.objects.filter(run=run).select_related(
        "run__source__perimeter", "parent", "merged_into", "decided_by"
    )
    theme: Theme = get_object_or_404(themes, public_id=theme_id)
    return theme


@require_safe
def detail(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    """The review screen of one theme."""
    theme = _theme(request, run_id, theme_id)
    return render(request, "agents/analyses/theme.html", _context(request, theme))


def _context(request: HttpRequest, theme: Theme, accept: AcceptForm | None = None) -> dict[str, Any]:
    actor, perimeter = agent(request), theme.run.source.perimeter
    version = {"version": theme.version}
    written = {"label": theme.label, "description": theme.description}
    tree = Theme.objects.tree_of(theme.run)
    waiting = sum(1 for other in tree if other.state == ThemeState.PROPOSED)
    before = request.GET.get("apres", "")
    return {
        "analyse": theme.run,
        "theme": theme,
        "tailles": services.theme_sizes(theme.run)[theme.pk],
        "citations": shown_quotes(theme),
        "fusionnes": list(theme.merged_from.all()),
        "enfants": [other for other in tree if other.parent_id == theme.pk],
        "parti": theme.state in (ThemeState.MERGED, ThemeState.DISCARDED),
        "accepter": accept or AcceptForm(initial=version | written),
        "ecarter": DiscardForm(initial=version, auto_id="ecarter_%s"),
        "fusionner": MergeForm(initial=version, theme=theme, auto_id="fusionner_%s"),
        "deplacer": MoveForm(initial=version, theme=theme, auto_id="deplacer_%s"),
        "restent": waiting,
        "suivant": Theme.objects.following(theme),
        "precedent": next((other for other in tree if other.public_id == before), None),
        "peut_decider": holds(actor, "analysis.decide", perimeter),
        "peut_citer": holds(actor, "analysis.approve_quote", perimeter),
    }


def shown_quotes(theme: Theme) -> list[dict[str, Any]]:
    """Approved quotes first, then the central ideas: exactly what would be published of each, and its
    label."""
    approved = list(
        Quote.objects.of_theme(theme).select_related("contribution__participation", "approved_by", "theme")
    )
    known = {(quote.contribution_id, quote.start, quote.end) for quote in approved}
    ideas = [
        idea for idea in central_ideas(theme) if (idea.contribution_id, idea.start, idea.end) not in known
    ]
    people = [row.contribution.participation for row in [*approved, *ideas]]
    labels = services.speaker_labels(people)
    shown = []
    for row in [*approved, *ideas]:
        quote = row if isinstance(row, Quote) else None
        shown.append(
            {
                "texte": services.quoted(
                    row.contribution, row.start, row.end, quote.masks if quote else None
                ),
                "etiquette": labels[row.contribution.participation_id],
                "contribution": row.contribution,
                "debut": row.start,
                "fin": row.end,
                "citation": quote,
                "masquee": row.contribution.moderation == Moderation.HIDDEN,
            }
        )
    return shown


def central_ideas(theme: Theme) -> list[Idea]:
    """Five to eight ideas: the central ones, then the surest where there are not enough."""
    rows = Idea.objects.select_related("contribution__participation")
    found = rows.in_bulk(theme.central_ideas)
    central = [found[pk] for pk in theme.central_ideas if pk in found][:MOST_QUOTES]
    if len(central) < FEWEST_QUOTES:
        have = {idea.pk for idea in central}
        more = rows.filter(run=theme.run).assigned_to(services.counted_in(theme)).exclude(pk__in=have)
        central.extend(more[: FEWEST_QUOTES - len(central)])
    return central


@require_safe
def ideas(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    """All the ideas of a theme, surest first: for signed-in agents only."""
    theme = _theme(request, run_id, theme_id)
    rows = Idea.objects.filter(run=theme.run).assigned_to(services.counted_in(theme))
    page = Paginator(rows.select_related("contribution__participation"), 50).get_page(request.GET.get("page"))
    labels = services.speaker_labels([idea.contribution.participation for idea in page])
    approved = set(Quote.objects.of_theme(theme).values_list("contribution_id", "start", "end"))
    lines = [
        {
            "texte": services.quoted(idea.contribution, idea.start, idea.end),
            "etiquette": labels[idea.contribution.participation_id],
            "idee": idea,
            "approuvee": (idea.contribution_id, idea.start, idea.end) in approved,
            "masquee": idea.contribution.moderation == Moderation.HIDDEN,
        }
        for idea in page
    ]
    context = {
        "analyse": theme.run,
        "theme": theme,
        "page": page,
        "lignes": lines,
        "peut_citer": holds(agent(request), "analysis.approve_quote", theme.run.source.perimeter)
        and theme.state in (ThemeState.PROPOSED, ThemeState.ACCEPTED),
    }
    return render(request, "agents/analyses/idees.html", context)


@require_POST
def accept(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    """Accept under the words typed; a refusal sends the page back with what was typed."""
    theme = _theme(request, run_id, theme_id)
    form = AcceptForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.accept_theme(
                agent(request),
                theme=theme,
                label=given["label"],
                keep_label=given["keep_label"],
                description=given["description"],
                expected_version=given["version"],
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("keep_label" if refusal.code == "theme.label_unconfirmed" else None, str(refusal))
            if refusal.code == "theme.changed":
                theme = _theme(request, run_id, theme_id)
                form.data = {**request.POST.dict(), "version": str(theme.version)}
        else:
            messages.success(request, _("Thème accepté : « %(label)s ».") % {"label": given["label"]})
            return _next(theme)
    return render(request, "agents/analyses/theme.html", _context(request, theme, form))


@require_POST
def rename(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    """Save the words without deciding."""
    theme = _theme(request, run_id, theme_id)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return render(request, "agents/analyses/theme.html", _context(request, theme, form))
    given = form.cleaned_data

    def verb() -> None:
        services.rename_theme(
            agent(request),
            theme=theme,
            label=given["label"],
            description=given["description"],
            expected_version=given["version"],
        )

    return _attempt(
        request, theme, verb, _("Les mots sont enregistrés. Le thème attend toujours une décision.")
    )


@require_POST
def discard(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    theme = _theme(request, run_id, theme_id)
    form = DiscardForm(request.POST)
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
    version = _version(request)

    def verb() -> None:
        services.discard_theme(agent(request), theme=theme, reason=reason, expected_version=version)

    return _attempt(request, theme, verb, _("Thème écarté."), onward=True)


@require_POST
def merge(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    theme = _theme(request, run_id, theme_id)
    into = Theme.objects.filter(run=theme.run, public_id=request.POST.get("into", "")).first()
    version = _version(request)

    def verb() -> None:
        services.merge_themes(agent(request), theme=theme, into=into or theme, expected_version=version)

    label = into.label if into else ""
    return _attempt(
        request, theme, verb, _("Thème fusionné dans « %(label)s ».") % {"label": label}, onward=True
    )


@require_POST
def move(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    theme = _theme(request, run_id, theme_id)
    wanted = request.POST.get("parent", "")
    # a parent that does not exist is refused by the verb, as the theme itself would be
    parent = Theme.objects.filter(run=theme.run, public_id=wanted).first() or theme if wanted else None
    version = _version(request)

    def verb() -> None:
        services.move_theme(agent(request), theme=theme, parent=parent, expected_version=version)

    return _attempt(request, theme, verb, _("Thème déplacé."))


@require_POST
def undo(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    theme = _theme(request, run_id, theme_id)
    form = UndoForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None

    def verb() -> None:
        services.undo(agent(request), theme=theme, expected_version=version)

    return _attempt(request, theme, verb, _("Décision annulée : le thème est de nouveau à relire."))


@require_POST
def approve_quote(request: HttpRequest, run_id: str, theme_id: str) -> HttpResponse:
    """Approve one passage, as it was shown."""
    theme = _theme(request, run_id, theme_id)
    form = QuoteForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    contribution = get_object_or_404(services.texts_read(theme.run), public_id=given["contribution"])

    def verb() -> None:
        services.approve_quote(
            agent(request), theme=theme, contribution=contribution, start=given["start"], end=given["end"]
        )

    return _attempt(
        request,
        theme,
        verb,
        _("Citation approuvée."),
        anchor=f"citation-{contribution.public_id}-{given['start']}",
    )


@require_POST
def revoke_quote(request: HttpRequest, run_id: str, theme_id: str, quote_id: str) -> HttpResponse:
    theme = _theme(request, run_id, theme_id)
    quote = get_object_or_404(Quote.objects.of_theme(theme), public_id=quote_id)

    def verb() -> None:
        services.revoke_quote(agent(request), quote=quote)

    return _attempt(
        request, theme, verb, _("Citation retirée : elle ne sera pas publiée."), anchor="citations"
    )


def _version(request: HttpRequest) -> int | None:
    return whole(request.POST.get("version", ""))


def _attempt(
    request: HttpRequest,
    theme: Theme,
    verb: Callable[[], Any],
    done: str,
    *,
    onward: bool = False,
    anchor: str = "",
) -> HttpResponse:
    """Call a verb, say what happened, and go on to the next theme or back to this one. 403 is left to its
    page."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return redirect(_url(theme))
    messages.success(request, done)
    return _next(theme) if onward else redirect(_url(theme) + (f"#{anchor}" if anchor else ""))


def _url(theme: Theme) -> str:
    return reverse("agents-analyses:theme", args=[theme.run.public_id, theme.public_id])


def _next(theme: Theme) -> HttpResponse:
    """The next theme to decide on, which offers to undo; the whole run when none is left."""
    following = Theme.objects.following(theme)
    if following is None:
        return redirect("agents-analyses:detail", run_id=theme.run.public_id)
    following.run = theme.run
    return redirect(f"{_url(following)}?apres={theme.public_id}")
