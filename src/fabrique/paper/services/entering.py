"""Verbs of entry: reserve a sheet, enter it once, enter it again without seeing the first, open one again.

Fed by operators at the keyboard. Feeds entries, comparisons and, where nothing differs, the corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.services.definition import Definition, definition_of
from fabrique.consultations.services.documents import AnswerError
from fabrique.paper.enums import AsideReason, FormState, Outcome
from fabrique.paper.models import Comparison, Entry, PaperForm
from fabrique.paper.services.comparing import compare
from fabrique.paper.services.readings import Reading, aside_reason, check_reading, is_blank, unsealed
from fabrique.paper.services.recording import record_form, set_aside
from fabrique.paper.services.shared import check_receives, lock_batch, lock_form, person

#: how long a sheet stays reserved for the screen on which it is open
RESERVED = timedelta(minutes=30)


def definition_for(form: PaperForm) -> Definition:
    """The questionnaire as it is printed on the sheet."""
    return definition_of(form.batch.version, form.batch.register)


def rank_for(form: PaperForm, user: User) -> int:
    """1 or 2: which entry this person may make now.

    Raises Refused: paper.entered, paper.same_operator, paper.claimed.
    """
    if form.state not in (FormState.PRINTED, FormState.SAMPLED):
        raise Refused("paper.entered", _("Cette feuille est déjà saisie. Vérifiez son numéro."))
    if form.state == FormState.SAMPLED and form.entries.filter(operator=user).exists():
        raise Refused(
            "paper.same_operator",
            _("Vous avez fait la première saisie de cette feuille : la seconde revient à quelqu’un d’autre."),
        )
    reserved = form.claimed_until is not None and form.claimed_until > now()
    if reserved and form.claimed_by_id not in (None, user.pk):
        raise Refused(
            "paper.claimed",
            _("Cette feuille est ouverte sur l’écran d’une autre personne. Prenez la suivante."),
        )
    return 1 if form.state == FormState.PRINTED else 2


def claim(actor: Actor, *, form: PaperForm) -> PaperForm:
    """Reserve a sheet for the actor's screen, half an hour, so that two people do not type it by accident."""
    require(actor, "paper.enter", form.batch.territory)
    user = person(actor)
    with transaction.atomic():
        lock_batch(form.batch)
        locked = lock_form(form)
        check_receives(locked.batch.version.consultation)
        rank_for(locked, user)
        locked.claimed_by, locked.claimed_until = user, now() + RESERVED
        locked.save(update_fields=["claimed_by", "claimed_until"])
    return locked


def release(actor: Actor, *, form: PaperForm) -> PaperForm:
    """Give a reserved sheet back without entering it; nothing happens to one that others hold."""
    require(actor, "paper.enter", form.batch.territory)
    mine = PaperForm.objects.filter(pk=form.pk, claimed_by=person(actor))
    mine.update(claimed_by=None, claimed_until=None)
    return form


def enter(actor: Actor, *, form: PaperForm, reading: Reading) -> PaperForm:
    """Keep what the actor read on a sheet: the first entry, or the second one of a sheet that was drawn.

    A sheet without agreement (or age) is counted and nothing of its answers is kept. A second entry that
    says the same is recorded at once; otherwise the sheet waits for a decision. Raises Refused:
    paper.reading (params: errors, list of AnswerError), paper.entered, paper.same_operator, paper.claimed,
    paper.closed, paper.published.
    """
    require(actor, "paper.enter", form.batch.territory)
    user = person(actor)
    with transaction.atomic():
        lock_batch(form.batch)
        locked = lock_form(form)
        check_receives(locked.batch.version.consultation)
        rank = rank_for(locked, user)
        reading, reason = _understood(locked, reading)
        locked.claimed_by = locked.claimed_until = None
        if reason and rank == 1:
            return set_aside(actor, form=locked, reason=reason)
        Entry.objects.create(
            form=locked,
            rank=rank,
            operator=user,
            document=reading.sealed(),
            marks=dict(reading.marks),
            entered_at=now(),
        )
        locked.state = FormState.ENTERED if rank == 1 else _compared(locked)
        locked.save(update_fields=["state", "claimed_by", "claimed_until"])
        journal.record(actor, "paper.enter", locked, reason=str(rank))
        if locked.state == FormState.SAMPLED:
            return record_form(actor, form=locked)
    return locked


def _understood(form: PaperForm, reading: Reading) -> tuple[Reading, AsideReason | None]:
    """(what is kept of the reading, why the sheet may not be recorded). Raises Refused('paper.reading')."""
    consultation = form.batch.version.consultation
    reason = aside_reason(consultation, reading)
    if reason and reason != AsideReason.LATE:
        return (
            Reading(consents=reading.consents, age=reading.age, parent_consents=reading.parent_consents),
            reason,
        )
    reading, errors = check_reading(consultation, definition_for(form), reading)
    refuse_reading(errors)
    return reading, reason or (AsideReason.BLANK if is_blank(reading) else None)


def refuse_reading(errors: Sequence[AnswerError]) -> None:
    """Raise Refused('paper.reading') where something must be looked at again on the sheet."""
    if errors:
        raise Refused(
            "paper.reading",
            _("Des réponses sont à revoir sur la feuille : rien n’est encore enregistré."),
            errors=list(errors),
        )


def _compared(form: PaperForm) -> FormState:
    """Write the comparison of the two entries; the state that follows (SAMPLED: nothing differs)."""
    first, second = (unsealed(entry.document, entry.marks) for entry in form.entries.order_by("rank"))
    consultation = form.batch.version.consultation
    kept_out = {aside_reason(consultation, reading) for reading in (first, second)}
    agreed = kept_out <= {None, AsideReason.LATE}
    same = compare(definition_for(form), first, second, agreed=agreed)
    Comparison.objects.bulk_create(
        Comparison(form=form, question=key, outcome=Outcome.SAME if alike else Outcome.OPEN)
        for key, alike in same.items()
    )
    return FormState.SAMPLED if all(same.values()) else FormState.DIFFERENT


def reopen(actor: Actor, *, form: PaperForm) -> PaperForm:
    """Enter again a sheet that was set aside by mistake. Raises Refused('paper.not_aside')."""
    require(actor, "paper.enter", form.batch.territory)
    with transaction.atomic():
        lock_batch(form.batch)
        locked = lock_form(form)
        if locked.state != FormState.ASIDE:
            raise Refused("paper.not_aside", _("Cette feuille n’a pas été écartée."))
        locked.entries.all().delete()
        locked.comparisons.all().delete()
        locked.state, locked.aside_reason, locked.draw = FormState.PRINTED, "", None
        locked.save(update_fields=["state", "aside_reason", "draw"])
        journal.record(actor, "paper.reopen", locked)
    return locked
