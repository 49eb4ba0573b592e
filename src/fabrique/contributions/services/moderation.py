"""Verbs of moderation: a text is read, or hidden with a reason; its author contests once; the grounds themselves.

Fed by the agents' screens and by the follow-up of a receipt. Feeds what may be published and what is counted.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, Respondent
from fabrique.accounts.models import User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import ContestState, Moderation
from fabrique.contributions.models import Contest, Contribution, ModerationDecision, ModerationReason
from fabrique.territories.models import Territory

#: characters of what an author answers to a decision
CONTEST_MOST = 2_000


def moderate(
    actor: Actor, *, contribution: Contribution, state: Moderation, reason: str = ""
) -> Contribution:
    """Mark a text as read, or hide it from publication with a reason. Undone by the same verb.

    Raises Refused('moderation.reason'), and Refused('moderation.gone') on a text withdrawn meanwhile.
    """
    require(actor, "contributions.moderate", contribution.participation.source.perimeter)
    if state == Moderation.HIDDEN and not ModerationReason.objects.offered().filter(key=reason).exists():
        raise Refused("moderation.reason", _("Choisissez un motif pour écarter ce texte de la publication."))
    with transaction.atomic():
        _set(actor, contribution, state, reason)
        journal.record(
            actor, "contributions.moderate", contribution, reason=contribution.moderation_reason or str(state)
        )
    return contribution


def _set(actor: Actor, contribution: Contribution, state: Moderation, reason: str) -> None:
    contribution.moderation = state
    contribution.moderation_reason = reason if state == Moderation.HIDDEN else ""
    written = Contribution.objects.filter(pk=contribution.pk).update(
        moderation=contribution.moderation, moderation_reason=contribution.moderation_reason
    )
    if not written:
        raise Refused("moderation.gone", _("Cette réponse a déjà été retirée."))
    ModerationDecision.objects.create(
        contribution=contribution,
        state=state,
        reason=contribution.moderation_reason,
        decided_by=actor.user if isinstance(actor, Agent) else None,
        decided_at=now(),
    )


def contest(actor: Actor, *, contribution: Contribution, words: str) -> Contest:
    """The author answers the hiding of a text, once. The view found the text by its code.

    Raises Refused: contest.not_hidden, contest.empty, contest.long, contest.already.
    """
    if not isinstance(actor, Respondent):
        raise Refused("contest.not_yours", _("Seule la personne qui a écrit ce texte peut contester."))
    words = words.strip()
    if not words:
        raise Refused("contest.empty", _("Écrivez pourquoi vous n’êtes pas d’accord."))
    if len(words) > CONTEST_MOST:
        raise Refused("contest.long", _("Votre message dépasse 2 000 caractères. Raccourcissez-le."))
    with transaction.atomic():
        locked = Contribution.objects.select_for_update().filter(pk=contribution.pk).first()
        if locked is None or locked.moderation != Moderation.HIDDEN:
            raise Refused("contest.not_hidden", _("Ce texte n’est pas écarté de la publication."))
        try:
            with transaction.atomic():
                made = Contest.objects.create(contribution=locked, words=words, opened_at=now())
        except IntegrityError:
            raise Refused("contest.already", _("Vous avez déjà contesté cette décision.")) from None
        journal.record(actor, "contributions.contest", made)
    return made


def decide_contest(actor: Actor, *, contest: Contest, lift: bool, answer: str) -> Contest:
    """Another person than the one who hid the text decides again, and says why to its author.

    Raises Refused: contest.unnamed, contest.same_person, contest.answer, contest.decided.
    """
    require(actor, "contributions.decide_contest", contest.contribution.participation.source.perimeter)
    if not isinstance(actor, Agent):
        raise Refused("contest.unnamed", _("Une réponse porte le nom d’une personne : connectez-vous."))
    if not answer.strip():
        raise Refused("contest.answer", _("Écrivez la réponse que la personne lira avec son code."))
    with transaction.atomic():
        contest = Contest.objects.select_for_update().select_related("contribution").get(pk=contest.pk)
        if contest.state != ContestState.OPEN:
            raise Refused("contest.decided", _("Cette contestation a déjà reçu sa réponse."))
        if _last_decider(contest.contribution) == actor.user:
            raise Refused(
                "contest.same_person",
                _("Vous avez écarté ce texte : une autre personne doit répondre à la contestation."),
            )
        contest.state = ContestState.LIFTED if lift else ContestState.UPHELD
        contest.answer, contest.decided_by, contest.decided_at = answer.strip(), actor.user, now()
        contest.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        if lift:
            _set(actor, contest.contribution, Moderation.READ, "")
        journal.record(actor, "contributions.decide_contest", contest, reason=str(contest.state))
    return contest


def _last_decider(contribution: Contribution) -> User | None:
    last = contribution.decisions.filter(state=Moderation.HIDDEN).select_related("decided_by").last()
    return last.decided_by if last else None


def add_reason(actor: Actor, *, label: str, rule: str, counted: bool) -> ModerationReason:
    """Add a ground to the instance's list, with the public sentence that explains it.

    Raises Refused('reason.incomplete') and Refused('reason.taken').
    """
    require(actor, "contributions.configure_moderation", Territory.objects.perimeter())
    label, rule = label.strip(), rule.strip()
    key = slugify(label)[:40]
    if not key or not rule:
        raise Refused("reason.incomplete", _("Écrivez le motif et la règle que le public lira."))
    with transaction.atomic():
        last = ModerationReason.objects.order_by("-position").first()
        reason, created = ModerationReason.objects.get_or_create(
            key=key,
            defaults={
                "label": label,
                "rule": rule,
                "counted": counted,
                "position": last.position + 1 if last else 0,
            },
        )
        if not created:
            raise Refused("reason.taken", _("Ce motif existe déjà : modifiez-le plutôt."))
        journal.record(actor, "contributions.add_reason", reason)
    return reason


def edit_reason(
    actor: Actor, *, reason: ModerationReason, label: str, rule: str, active: bool
) -> ModerationReason:
    """Reword a ground, or stop offering it. Whether its texts are counted never changes: figures rest on it.

    Raises Refused('reason.incomplete').
    """
    require(actor, "contributions.configure_moderation", Territory.objects.perimeter())
    if not label.strip() or not rule.strip():
        raise Refused("reason.incomplete", _("Écrivez le motif et la règle que le public lira."))
    with transaction.atomic():
        reason.label, reason.rule, reason.active = label.strip(), rule.strip(), active
        reason.save(update_fields=["label", "rule", "active"])
        journal.record(actor, "contributions.edit_reason", reason, reason="active" if active else "retired")
    return reason
