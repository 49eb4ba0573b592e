"""Publish what several sources say together: prepare, validate, discard, publish; each unit apart, by channel.

Fed by the run of a common corpus, its accepted themes and its figures. Feeds the common pages, proofs and open data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.analysis.models import Figure, Run, Theme
from fabrique.analysis.services import (
    compute_together,
    corpus_fingerprint,
    figure_expression,
    is_common,
    manifest,
    scope_of,
    scope_of_run,
    validate_together,
)
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.contributions.enums import Unit
from fabrique.contributions.models import Source
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonFigure, CommonPublication
from fabrique.restitution.services.keeping import Shown
from fabrique.restitution.services.publishing import content_hash, replaced_meanwhile
from fabrique.restitution.services.release import release_common, release_common_moderated
from fabrique.written.enums import CallState
from fabrique.written.models import Call

#: counts of persons or texts in a released row
COUNTS = (
    "base",
    "missing",
    "count",
    "participations",
    "count_without_copies",
    "participations_without_copies",
)


@dataclass(frozen=True)
class PlannedCommon:
    """A figure that the common page will hold, for one unit."""

    block: Block
    title: str
    measure: str
    unit: str
    theme: Theme | None = None


def planned_common(run: Run) -> list[PlannedCommon]:
    """Every figure of the page: for each unit that took part, participations and texts; then each theme, by unit."""
    met = scope_of_run(run).participations().counted_by_unit()
    units = [unit for unit in Unit.values if met.get(unit)]
    plan = [PlannedCommon(Block.TURNOUT, _("Participation"), "participations", unit) for unit in units]
    plan += [PlannedCommon(Block.CONTRIBUTIONS, _("Textes reçus"), "contributions", unit) for unit in units]
    themes = Theme.objects.filter(run=run).accepted().select_related("parent").order_by("position")
    return plan + [
        PlannedCommon(Block.THEMES, theme.label, "theme", unit, theme) for theme in themes for unit in units
    ]


def prepare_common(actor: Actor, *, common: Source) -> CommonPublication:
    """Compute the figures of a common publication in preparation, in place of the one that was.

    Raises Refused common.not_common, common.open (a source still receives answers), common.no_run,
    common.overlap (a source stands in another common publication in force).
    """
    require(actor, "restitution.prepare", common.perimeter)
    run = _run_to_publish(common)
    # from before the first count: a withdrawal or a decision met meanwhile asks for another preparation
    begun = now()
    # titles are stored as the page will show them: never in the language of the agent's browser
    with translation.override(settings.LANGUAGE_CODE):
        plan = planned_common(run)
    wanted = [(_expression(common, planned), planned.title) for planned in plan]
    figures = list(zip(plan, compute_together(actor, wanted=wanted), strict=True))
    with transaction.atomic():
        # two preparations asked for together come one after the other
        Source.objects.select_for_update().get(pk=common.pk)
        CommonPublication.objects.filter(common=common, state=PublicationState.DRAFT).delete()
        last = CommonPublication.objects.filter(common=common).order_by("-number").first()
        publication = CommonPublication.objects.create(
            common=common,
            title=common.label,
            number=last.number + 1 if last else 1,
            supersedes=last,
            run=run,
            manifest=public_manifest(run),
            moderated=release_common_moderated(scope_of_run(run)),
            prepared_by=actor.user if isinstance(actor, Agent) else None,
            prepared_at=begun,
        )
        _place(publication, figures)
        journal.record(actor, "restitution.prepare_common", publication)
    return publication


def _run_to_publish(common: Source) -> Run:
    """The run in use, where nothing forbids publishing what it read."""
    if not is_common(common):
        raise Refused("common.not_common", _("Cette source n’en réunit pas d’autres."))
    run: Run | None = Run.objects.current_of(common)
    if run is None:
        raise Refused(
            "common.no_run", _("Lancez d’abord l’analyse de ce corpus commun, puis relisez ses thèmes.")
        )
    for code, sentence in (_still_open(common), _overlap(common, run)):
        if code:
            raise Refused(f"common.{code}", sentence)
    return run


def _expression(common: Source, planned: PlannedCommon) -> dict[str, Any]:
    target: dict[str, Any] = {"theme": planned.theme.public_id} if planned.theme else {}
    return figure_expression(common, planned.measure, unit=planned.unit, group="channel", **target)


def public_manifest(run: Run) -> dict[str, Any]:
    """The manifest of a run less its counts of texts, which may be those of a few persons in one small meeting."""
    whole = manifest(run)
    whole["corpus"] = {"fingerprint": whole["corpus"]["fingerprint"]}
    whole["sources"] = [
        {name: value for name, value in line.items() if name != "texts"} for line in whole["sources"]
    ]
    return whole


def _place(publication: CommonPublication, figures: list[tuple[PlannedCommon, Figure]]) -> None:
    """Put the figures on the page; a theme under the published one above it, for the same unit."""
    rows = CommonFigure.objects.bulk_create(
        CommonFigure(
            publication=publication,
            figure=figure,
            block=planned.block,
            position=position,
            title=planned.title,
            description=planned.theme.description if planned.theme else "",
        )
        for position, (planned, figure) in enumerate(figures)
    )
    placed = {
        (planned.theme.pk, planned.unit): row
        for (planned, _f), row in zip(figures, rows, strict=True)
        if planned.theme
    }
    nested = []
    for (planned, _figure), row in zip(figures, rows, strict=True):
        above = planned.theme.parent if planned.theme else None
        if above is not None and (above.pk, planned.unit) in placed:
            row.parent = placed[above.pk, planned.unit]
            nested.append(row)
    CommonFigure.objects.bulk_update(nested, ["parent"], batch_size=200)


def discard_common(actor: Actor, *, publication: CommonPublication) -> None:
    """Give up a common publication in preparation; its figures stay, unpublished."""
    require(actor, "restitution.prepare", publication.common.perimeter)
    if publication.state != PublicationState.DRAFT:
        raise Refused(
            "publication.frozen", _("Une publication parue ne se retire pas : préparez-en une autre.")
        )
    with transaction.atomic():
        journal.record(actor, "restitution.discard_common", publication)
        publication.delete()


def validate_common(actor: Actor, *, publication: CommonPublication) -> int:
    """Put one's name under every figure of a preparation that has been read; returns how many were validated."""
    require(actor, "analysis.validate_figure", publication.common.perimeter)
    waiting = [row.figure for row in publication.figures.select_related("figure__source__perimeter")]
    waiting = [figure for figure in waiting if figure.validated_at is None]
    return len(validate_together(actor, figures=waiting)) if waiting else 0


def missing_before_common(publication: CommonPublication) -> list[tuple[str, str]]:
    """[(code, French sentence)] of what keeps a preparation from being published; empty when ready."""
    common, run = publication.common, publication.run
    found = (
        _still_open(common),
        _unvalidated(publication),
        _themes(publication),
        _sources(common, run),
        _corpus(publication),
        _late(common, run),
        _overlap(common, run),
    )
    return [one for one in found if one[0]]


def _still_open(common: Source) -> tuple[str, str]:
    """A consultation or a call for written contributions that still receives answers."""
    sources = scope_of(common).sources
    consultations = Consultation.objects.filter(source__in=sources, state__in=[State.DRAFT, State.OPEN])
    calls = Call.objects.filter(source__in=sources, state=CallState.OPEN)
    titles = [*consultations.values_list("title", flat=True), *calls.values_list("title", flat=True)]
    if not titles:
        return "", ""
    sentence = _(
        "« %(title)s » reçoit encore des réponses. Les résultats communs se préparent une fois close."
    )
    return "open", sentence % {"title": titles[0]}


def _unvalidated(publication: CommonPublication) -> tuple[str, str]:
    count = publication.figures.filter(figure__validated_at__isnull=True).count()
    sentence = ngettext(
        "%(count)d chiffre attend qu’une personne le valide.",
        "%(count)d chiffres attendent qu’une personne les valide.",
        count,
    )
    return ("figures", sentence % {"count": count}) if count else ("", "")


def _themes(publication: CommonPublication) -> tuple[str, str]:
    placed = set(publication.figures.filter(block=Block.THEMES).values_list("figure__theme_id", flat=True))
    if not placed:
        return "themes", _("Aucun thème n’a été accepté : relisez l’analyse, puis préparez à nouveau.")
    themes = Theme.objects.filter(run=publication.run)
    moved = themes.filter(decided_at__gt=publication.prepared_at).exists()
    if (
        moved
        or not publication.run.is_current
        or placed != set(themes.accepted().values_list("pk", flat=True))
    ):
        return "decisions", _(
            "Les thèmes ont été modifiés depuis la préparation : préparez à nouveau, puis validez."
        )
    return "", ""


def _sources(common: Source, run: Run) -> tuple[str, str]:
    if scope_of(common) == scope_of_run(run):
        return "", ""
    return "sources", _("Les sources réunies ont changé depuis l’analyse : relancez l’analyse.")


def _corpus(publication: CommonPublication) -> tuple[str, str]:
    """A withdrawal without any text leaves the fingerprint as it was: both are looked at."""
    counted = publication.figures.filter(block=Block.CONTRIBUTIONS).select_related("figure").first()
    present = corpus_fingerprint(publication.common)
    if not _withdrawn(publication) and counted is not None and counted.figure.corpus_fingerprint == present:
        return "", ""
    return "corpus", _(
        "Le corpus a changé depuis la préparation (un retrait, par exemple) : préparez à nouveau."
    )


def _withdrawn(publication: CommonPublication) -> bool:
    return scope_of_run(publication.run).withdrawals_since(publication.prepared_at) > 0


def _late(common: Source, run: Run) -> tuple[str, str]:
    """Texts received after the run read the corpus."""
    late = scope_of(common).contributions().filter(pk__gt=run.corpus_upto).count()
    sentence = ngettext(
        "%(count)d texte est arrivé après l’analyse et n’y figure pas : relancez l’analyse.",
        "%(count)d textes sont arrivés après l’analyse et n’y figurent pas : relancez l’analyse.",
        late,
    )
    return ("analysis", sentence % {"count": late}) if late else ("", "")


def _overlap(common: Source, run: Run) -> tuple[str, str]:
    """Two common publications that share a source could be subtracted one from the other."""
    others = CommonPublication.objects.public().exclude(common=common)
    shared = others.filter(run__manifest__source__in=scope_of_run(run).sources).first()
    if shared is None:
        return "", ""
    sentence = _(
        "La publication commune « %(title)s » compte déjà l’une de ces sources : en soustrayant l’une de l’autre, on "
        "retrouverait quelques personnes. Ajoutez plutôt vos sources à ce corpus commun."
    )
    return "overlap", sentence % {"title": shared.title}


def shown_common(publication: CommonPublication) -> dict[int, Shown]:
    """{common figure primary key: what it shows}, after disclosure control; earlier publications reckoned with."""
    rows = list(publication.figures.select_related("figure__theme__parent", "figure__source"))
    released = release_common([row.figure for row in rows], publication.run)
    earlier = list(
        CommonFigure.objects.public()
        .filter(publication__common=publication.common_id)
        .select_related("publication", "figure")
        .order_by("publication__number")
    )
    found = {}
    for row in rows:
        before = [old for old in earlier if old.figure.expression == row.figure.expression]
        if any(_tells(old.released, released[row.figure_id]) for old in before):
            last = before[-1]
            found[row.pk] = Shown(last.figure, dict(last.released), last.kept_from or last.publication.number)
        else:
            found[row.pk] = Shown(row.figure, released[row.figure_id])
    return _without_mixed_bases(rows, found)


def _tells(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether old and new values side by side tell of fewer persons than the threshold (ADR 0010).

    A channel that was not there before counted nobody.
    """
    before = {row["key"]: row for row in old["rows"]}
    least = settings.FABRIQUE_SMALL_CELL
    for row in new["rows"]:
        known = before.get(row["key"], dict.fromkeys(COUNTS, 0))
        for name in COUNTS:
            was, present = known.get(name), row.get(name)
            if present is not None and (was is None or 0 < abs(present - was) < least):
                return True
    return False


def _without_mixed_bases(rows: list[CommonFigure], found: dict[int, Shown]) -> dict[int, Shown]:
    """Where the texts of a unit stand from an earlier publication, its new themes do not say another base."""
    kept = {
        found[row.pk].released["unit"]
        for row in rows
        if row.block == Block.CONTRIBUTIONS and found[row.pk].kept_from is not None
    }
    for row in rows:
        shown = found[row.pk]
        if row.block == Block.THEMES and shown.kept_from is None and shown.released["unit"] in kept:
            hidden = {"base": None, "missing": None}
            lines = [line | hidden for line in shown.released["rows"]]
            found[row.pk] = Shown(shown.figure, shown.released | hidden | {"rows": lines})
    return found


def publish_common(actor: Actor, *, publication: CommonPublication) -> CommonPublication:
    """Make a preparation public, once and for all. Raises Refused publication.unnamed, publication.frozen, or
    common.* with the first thing that is missing."""
    require(actor, "restitution.publish", publication.common.perimeter)
    if not isinstance(actor, Agent):
        raise Refused(
            "publication.unnamed", _("Une publication porte le nom d’une personne : connectez-vous.")
        )
    if publication.state != PublicationState.DRAFT:
        raise Refused("publication.frozen", _("Cette publication est déjà parue."))
    for code, sentence in missing_before_common(publication):
        raise Refused(f"common.{code}", sentence)
    shown = shown_common(publication)
    rows = list(publication.figures.order_by("position"))
    for row in rows:
        line = shown[row.pk]
        row.figure, row.released, row.kept_from = line.figure, line.released, line.kept_from
    with transaction.atomic():
        # the sources that two common publications share hold the second one back until the first is out
        list(
            Source.objects.select_for_update()
            .filter(pk__in=scope_of_run(publication.run).sources)
            .order_by("pk")
        )
        locked = CommonPublication.objects.select_for_update().filter(pk=publication.pk).first()
        if locked is None:
            raise replaced_meanwhile()
        if locked.state != PublicationState.DRAFT:
            raise Refused("publication.frozen", _("Cette publication est déjà parue."))
        if _withdrawn(locked):
            raise Refused("common.corpus", _("Une réponse vient d’être retirée : préparez à nouveau."))
        code, sentence = _overlap(locked.common, locked.run)
        if code:
            raise Refused(f"common.{code}", sentence)
        _freeze(locked, rows, actor)
        journal.record(actor, "restitution.publish_common", locked)
    return locked


def _freeze(publication: CommonPublication, rows: list[CommonFigure], actor: Agent) -> None:
    """Write what is shown, then close it: triggers let nothing move afterwards but « replaced »."""
    CommonFigure.objects.bulk_update(rows, ["figure", "released", "kept_from"], batch_size=200)
    in_force = CommonPublication.objects.filter(common=publication.common, state=PublicationState.PUBLISHED)
    in_force.update(state=PublicationState.REPLACED)
    publication.state = PublicationState.PUBLISHED
    publication.published_by, publication.published_at = actor.user, now()
    publication.frozen_at, publication.content_hash = publication.published_at, content_hash(rows)
    publication.save()
