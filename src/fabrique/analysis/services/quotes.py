"""Quotes: a passage that a named person read and approved, exactly as it was written, less the declared
masks.

Fed by the review screen. Feeds publication: no text that a person has not read is ever public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Idea, Quote, Theme
from fabrique.analysis.services.decisions import named_person
from fabrique.analysis.services.sizes import counted_in
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import Contribution
from fabrique_core.errors import CoreError
from fabrique_core.privacy.detect import KIND_MARKS, Mask, quote

MaskRow = Sequence[object]


def approve_quote(
    actor: Actor,
    *,
    theme: Theme,
    contribution: Contribution,
    start: int,
    end: int,
    masks: Iterable[MaskRow] | None = None,
    unmask_confirmed: bool = False,
) -> Quote:
    """Approve a passage [start, end) of the raw text for publication under a theme.

    The passage stands inside one idea that the run gave to the theme. `masks` ([start, end, kind], raw
    offsets)
    default to those detected; more may be added, and one detected is only lifted with `unmask_confirmed`.
    Raises Refused quote.* ; approving the same passage again gives back the same quote.
    """
    person = named_person(actor)
    require(actor, "analysis.approve_quote", theme.run.source.perimeter)
    with transaction.atomic():
        contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
        theme = Theme.objects.select_for_update().get(pk=theme.pk)
        _check_place(theme, contribution, start, end)
        chosen = _checked_masks(contribution, start, end, masks, unmask_confirmed)
        approved, created = Quote.objects.get_or_create(
            theme=theme,
            contribution=contribution,
            start=start,
            end=end,
            defaults={"masks": chosen, "approved_by": person, "approved_at": now()},
        )
        if not created and approved.masks != chosen:
            raise Refused(
                "quote.other_masks",
                _("Cette citation est déjà approuvée avec d’autres passages masqués. Retirez-la d’abord."),
            )
        if created:
            journal.record(actor, "analysis.approve_quote", approved)
    return approved


def revoke_quote(actor: Actor, *, quote: Quote) -> None:
    """Take an approval back: the passage is no longer publishable."""
    named_person(actor)
    require(actor, "analysis.approve_quote", quote.theme.run.source.perimeter)
    with transaction.atomic():
        journal.record(actor, "analysis.revoke_quote", quote)
        quote.delete()


def quote_text(approved: Quote) -> str:
    """The passage as it is published: the raw substring with only the declared masks."""
    return quoted(approved.contribution, approved.start, approved.end, approved.masks)


def quoted(contribution: Contribution, start: int, end: int, masks: Iterable[MaskRow] | None = None) -> str:
    """A passage of a contribution under these masks, or under those detected."""
    rows = contribution.masks if masks is None else masks
    return quote(contribution.raw_text, [_mask(row) for row in rows], start, end)


def _mask(row: MaskRow) -> Mask:
    begin, stop, kind = row
    return Mask(int(str(begin)), int(str(stop)), str(kind))


def _check_place(theme: Theme, contribution: Contribution, start: int, end: int) -> None:
    if theme.state in (ThemeState.MERGED, ThemeState.DISCARDED):
        raise Refused(
            "quote.theme_gone", _("Ce thème est écarté ou fusionné : il ne porte plus de citation.")
        )
    if contribution.moderation == Moderation.HIDDEN:
        raise Refused(
            "quote.hidden", _("Ce texte a été écarté de la publication : il ne peut pas être cité.")
        )
    inside = Idea.objects.filter(
        run=theme.run_id, contribution=contribution, start__lte=start, end__gte=end
    ).assigned_to(counted_in(theme))
    if not 0 <= start < end or not inside.exists():
        raise Refused(
            "quote.outside",
            _(
                "Une citation est un passage exact d’une idée rattachée à ce thème. Choisissez-la "
                "dans la liste."
            ),
        )
    if not contribution.raw_text[start:end].strip():
        raise Refused("quote.blank", _("Ce passage ne contient aucun mot."))


def _checked_masks(
    contribution: Contribution, start: int, end: int, masks: Iterable[MaskRow] | None, unmask_confirmed: bool
) -> list[list[object]]:
    """The masks that touch the passage, in order. Refused when one detected is missing, or when nothing is
    left."""
    detected = [_mask(row) for row in contribution.masks]
    chosen = sorted(detected if masks is None else [_mask(row) for row in masks])
    touching = [mask for mask in chosen if mask.start < end and mask.end > start]
    if unknown := [mask.kind for mask in touching if mask.kind not in KIND_MARKS]:
        raise Refused("quote.mask_kind", _("Ce genre de passage masqué n’existe pas."), kinds=unknown)
    if not unmask_confirmed:
        lifted = [
            mask
            for mask in detected
            if mask.start < end and mask.end > start and not _covered(mask, touching, start, end)
        ]
        if lifted:
            raise Refused(
                "quote.unmasked",
                _(
                    "Cette citation montre un passage que le programme avait masqué. Confirmez que "
                    "personne n’y est reconnaissable."
                ),
            )
    try:
        shown = quote(contribution.raw_text, touching, start, end)
    except CoreError as wrong:
        raise Refused("quote.masks", _("Les passages masqués se chevauchent ou sortent du texte.")) from wrong
    for mark in KIND_MARKS.values():
        shown = shown.replace(mark, "")
    if not any(character.isalnum() for character in shown):
        raise Refused("quote.all_masked", _("Une fois les passages masqués, il ne reste rien à citer."))
    return [[mask.start, mask.end, mask.kind] for mask in touching]


def _covered(mask: Mask, chosen: list[Mask], start: int, end: int) -> bool:
    """Whether the part of a detected mask inside the passage is under the chosen masks, which may share it
    out."""
    at, stop = max(mask.start, start), min(mask.end, end)
    for other in chosen:
        if other.start <= at < other.end:
            at = other.end
    return at >= stop
