"""What people decide on the themes that a run proposes: rename, describe, accept, discard, merge, move, undo.

Fed by the review screen. Feeds figures and publication: nothing is public before a named person accepts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import User
from fabrique.accounts.rights import require
from fabrique.analysis.enums import DiscardReason, RunState, ThemeState
from fabrique.analysis.models import Theme
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused

MOST_LABEL = 200


def named_person(actor: Actor) -> User:
    """The signed-in person. Raises Refused('decision.nameless') for a job, an operator or a respondent."""
    if not isinstance(actor, Agent):
        raise Refused(
            "decision.nameless", _("Cette décision revient à une personne nommée, connectée à son compte.")
        )
    return actor.user


@contextmanager
def _deciding(actor: Actor, verb: str, theme: Theme, expected_version: int | None) -> Iterator[Theme]:
    """Check the right, lock the theme, refuse if somebody changed it meanwhile, then save and journal."""
    named_person(actor)
    require(actor, "analysis.decide", theme.run.source.perimeter)
    with transaction.atomic():
        locked = Theme.objects.select_for_update(of=("self",)).select_related("run__source").get(pk=theme.pk)
        if locked.run.state != RunState.DONE:
            raise Refused(
                "theme.run_not_done", _("Cette analyse n’est pas terminée. Attendez sa fin pour décider.")
            )
        if expected_version is not None and locked.version != expected_version:
            raise Refused(
                "theme.changed",
                _("Quelqu’un a modifié ce thème pendant que vous le lisiez. Relisez-le, puis décidez."),
            )
        yield locked
        locked.version += 1
        locked.save()
        journal.record(actor, f"analysis.{verb}", locked, reason=str(locked.state))


def rename_theme(
    actor: Actor,
    *,
    theme: Theme,
    label: str,
    description: str | None = None,
    expected_version: int | None = None,
) -> Theme:
    """Give a theme the words of a person; its state does not change."""
    with _deciding(actor, "rename_theme", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        locked.label = _checked_label(locked, label)
        if description is not None:
            locked.description = description.strip()
    return locked


def describe_theme(
    actor: Actor, *, theme: Theme, description: str, expected_version: int | None = None
) -> Theme:
    """Say in one or two sentences what the theme gathers."""
    with _deciding(actor, "describe_theme", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        locked.description = description.strip()
    return locked


def accept_theme(
    actor: Actor,
    *,
    theme: Theme,
    label: str | None = None,
    keep_label: bool = False,
    description: str | None = None,
    expected_version: int | None = None,
) -> Theme:
    """Accept a theme under words that a person chose: either a label of theirs, or the program's, kept
    knowingly."""
    with _deciding(actor, "accept_theme", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        if locked.state == ThemeState.ACCEPTED and label is None:
            raise Refused("theme.already_accepted", _("Ce thème est déjà accepté."))
        if label is not None:
            locked.label = _checked_label(locked, label)
        if locked.label == locked.proposed_label and not keep_label:
            raise Refused(
                "theme.label_unconfirmed",
                _(
                    "L’intitulé est encore celui du programme. Réécrivez-le en mots simples, "
                    "ou cochez « Garder l’intitulé du programme »."
                ),
            )
        _checked_label(locked, locked.label)
        if description is not None:
            locked.description = description.strip()
        _decide(locked, actor, ThemeState.ACCEPTED)
    return locked


def discard_theme(actor: Actor, *, theme: Theme, reason: str, expected_version: int | None = None) -> Theme:
    """Put a theme aside, with the reason; its ideas are no longer counted in its parent."""
    if reason not in DiscardReason.values:
        raise Refused("theme.reason", _("Choisissez un motif pour écarter ce thème."))
    with _deciding(actor, "discard_theme", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        _decide(locked, actor, ThemeState.DISCARDED)
        locked.discard_reason = reason
    return locked


def merge_themes(actor: Actor, *, theme: Theme, into: Theme, expected_version: int | None = None) -> Theme:
    """Count a theme in another of the same run; those already merged into it follow."""
    with _deciding(actor, "merge_themes", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        target = Theme.objects.select_for_update().get(pk=into.pk)
        if target.pk == locked.pk or target.run_id != locked.run_id:
            raise Refused("theme.merge_target", _("Choisissez un autre thème de la même analyse."))
        if target.state in (ThemeState.MERGED, ThemeState.DISCARDED):
            raise Refused(
                "theme.merge_gone", _("Ce thème est écarté ou déjà fusionné. Choisissez-en un autre.")
            )
        if target.parent_id == locked.pk:
            raise Refused(
                "theme.merge_child",
                _("Un thème ne se fusionne pas dans un thème qu’il contient. Déplacez d’abord celui-ci."),
            )
        _decide(locked, actor, ThemeState.MERGED)
        locked.merged_into = target
        Theme.objects.filter(merged_into=locked).update(merged_into=target)
    return locked


def move_theme(
    actor: Actor, *, theme: Theme, parent: Theme | None, expected_version: int | None = None
) -> Theme:
    """Put a theme under another of the first level, or at the first level; the tree keeps two levels."""
    with _deciding(actor, "move_theme", theme, expected_version) as locked:
        _refuse_if_gone(locked)
        if parent is not None:
            above = Theme.objects.select_for_update().get(pk=parent.pk)
            if above.pk == locked.pk or above.run_id != locked.run_id or above.parent_id is not None:
                raise Refused("theme.parent", _("Choisissez un thème de premier niveau de la même analyse."))
            if above.state in (ThemeState.MERGED, ThemeState.DISCARDED):
                raise Refused(
                    "theme.parent_gone", _("Ce thème est écarté ou fusionné. Choisissez-en un autre.")
                )
            if locked.children.exists():
                raise Refused(
                    "theme.has_children",
                    _(
                        "Ce thème contient d’autres thèmes : l’arbre n’a que deux niveaux. "
                        "Déplacez-les d’abord."
                    ),
                )
        locked.parent = parent
    return locked


def undo(actor: Actor, *, theme: Theme, expected_version: int | None = None) -> Theme:
    """Take back the last decision: the theme is proposed again; the words written by people stay."""
    with _deciding(actor, "undo", theme, expected_version) as locked:
        if locked.state == ThemeState.PROPOSED:
            raise Refused(
                "theme.undecided", _("Personne n’a encore décidé de ce thème : il n’y a rien à annuler.")
            )
        locked.state = ThemeState.PROPOSED
        locked.decided_by = locked.decided_at = locked.merged_into = None
        locked.discard_reason = ""
    return locked


def _decide(theme: Theme, actor: Actor, state: ThemeState) -> None:
    theme.state, theme.decided_by, theme.decided_at = state, named_person(actor), now()


def _refuse_if_gone(theme: Theme) -> None:
    if theme.state in (ThemeState.MERGED, ThemeState.DISCARDED):
        raise Refused("theme.gone", _("Ce thème est écarté ou fusionné. Annulez d’abord cette décision."))


def _checked_label(theme: Theme, label: str) -> str:
    """The label without stray spaces. Refused when empty, too long, or already that of another accepted
    theme."""
    label = " ".join(label.split())
    if not label:
        raise Refused("theme.label_empty", _("Écrivez un intitulé."))
    if len(label) > MOST_LABEL:
        raise Refused("theme.label_long", _("Cet intitulé est trop long : 200 signes au plus."))
    twins = Theme.objects.accepted().filter(run=theme.run_id, label__iexact=label).exclude(pk=theme.pk)
    if twins.exists():
        raise Refused(
            "theme.label_taken",
            _(
                "Un thème accepté porte déjà cet intitulé. Choisissez-en un autre, ou fusionnez les "
                "deux thèmes."
            ),
        )
    return label
