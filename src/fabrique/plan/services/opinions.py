"""The opinions received on a plan, their points one by one, the agency's replies, and what silence means.

Fed by those who record opinions and by the president of a body. Feeds the agents' and public pages of a consultation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import (
    ConsultationState,
    ConsulteeBasis,
    ConsulteeStanding,
    OpinionTone,
    ReplyKind,
    SilenceRule,
)
from fabrique.plan.models import Consultee, FormalConsultation, Opinion, OpinionPoint
from fabrique.plan.services.consultees import locked, silence_of
from fabrique.plan.services.texts import text_lines


@dataclass(frozen=True)
class Tally:
    """Consultees of one basis by what they answered, collective lines left out: each is in one number only.

    `late`: opinions received after the delay, in no tone; `deemed`: silence after the delay, never favourable;
    `silent`: silence that the agency chose not to take for an opinion.
    """

    basis: ConsulteeBasis
    favourable: int
    reserves: int
    unfavourable: int
    no_tone: int
    late: int
    deemed: int
    silent: int
    expected: int

    @property
    def total(self) -> int:
        return (
            self.favourable
            + self.reserves
            + self.unfavourable
            + self.no_tone
            + self.late
            + self.deemed
            + self.silent
            + self.expected
        )


def own_last_day(consultee: Consultee) -> date | None:
    """The last day included for this one; None before the notice, and for what is asked apart without a date."""
    if consultee.due_on is not None or consultee.basis == ConsulteeBasis.APART:
        return consultee.due_on
    return consultee.consultation.closes_on


def over(consultee: Consultee, on: date) -> bool:
    """Whether the delay is over on that day and nothing came in time.

    Only for what a delay binds: never for a collective line, nor for an opinion asked apart, without delay.
    """
    last = own_last_day(consultee)
    if consultee.collective or consultee.basis == ConsulteeBasis.APART or last is None or on <= last:
        return False
    opinion = opinion_of(consultee)
    return opinion is None or opinion.late


def deemed(consultee: Consultee, on: date) -> bool:
    """Whether silence is « avis réputé rendu » on that day: the delay is over and the rule of its basis says so.

    It has no tone and is counted with none.
    """
    rule = silence_of(consultee.consultation, consultee.basis)
    return over(consultee, on) and rule == SilenceRule.DEEMED


def standing(consultee: Consultee, on: date) -> ConsulteeStanding:
    """Where the consultee stands on that day."""
    opinion = opinion_of(consultee)
    if opinion is not None:
        return ConsulteeStanding.LATE if opinion.late else ConsulteeStanding.RECEIVED
    if consultee.collective:
        return ConsulteeStanding.COLLECTIVE
    if consultee.basis == ConsulteeBasis.APART:
        return ConsulteeStanding.NOT_YET
    if not over(consultee, on):
        return ConsulteeStanding.EXPECTED
    return ConsulteeStanding.DEEMED if deemed(consultee, on) else ConsulteeStanding.SILENT


def opinion_of(consultee: Consultee) -> Opinion | None:
    """Its opinion, if one was received."""
    try:
        return consultee.opinion
    except Opinion.DoesNotExist:
        return None


def tally(consultees: Iterable[Consultee], on: date) -> list[Tally]:
    """One count a basis, in the order by law, by choice, apart; a basis that nobody has is left out."""
    rows = [one for one in consultees if not one.collective]
    order = (ConsulteeBasis.STATUTORY, ConsulteeBasis.VOLUNTARY, ConsulteeBasis.APART)
    return [
        _counted(basis, found, on)
        for basis in order
        if (found := [one for one in rows if one.basis == basis])
    ]


def _counted(basis: ConsulteeBasis, rows: list[Consultee], on: date) -> Tally:
    stands = [standing(one, on) for one in rows]
    tones = [
        one.opinion.tone
        for one, where in zip(rows, stands, strict=True)
        if where == ConsulteeStanding.RECEIVED
    ]
    return Tally(
        basis=basis,
        favourable=tones.count(OpinionTone.FAVOURABLE),
        reserves=tones.count(OpinionTone.RESERVES),
        unfavourable=tones.count(OpinionTone.UNFAVOURABLE),
        no_tone=tones.count(OpinionTone.NO_TONE),
        late=stands.count(ConsulteeStanding.LATE),
        deemed=stands.count(ConsulteeStanding.DEEMED),
        silent=stands.count(ConsulteeStanding.SILENT),
        expected=stands.count(ConsulteeStanding.EXPECTED) + stands.count(ConsulteeStanding.NOT_YET),
    )


def speaks_for(actor: Actor, *, consultee: Consultee) -> bool:
    """Whether the person presides the body today, so that its opinion may come from their hand."""
    return (
        isinstance(actor, Agent) and Consultee.objects.spoken_for_by(actor).filter(pk=consultee.pk).exists()
    )


def may_record(actor: Actor, *, consultee: Consultee) -> bool:
    """Agents who record opinions, and who presides the body."""
    territory = consultee.consultation.plan.territory
    return holds(actor, "plan.record_opinions", territory) or speaks_for(actor, consultee=consultee)


def _require_recording(actor: Actor, consultee: Consultee) -> None:
    if not may_record(actor, consultee=consultee):
        raise Forbidden(
            "forbidden",
            _("Seuls la présidence de l’instance et les agents chargés des avis enregistrent cet avis."),
            verb="plan.record_opinions",
        )


def record_opinion(
    actor: Actor, *, consultee: Consultee, tone: str, text: str = "", received_on: date | None = None
) -> Opinion:
    """Keep the opinion received, marked late after the last day. A president's is received today.

    Raises Forbidden, Refused('formal.not_sent'), ('consultee.collective'), ('opinion.already') and those of the words
    ('opinion.text': only a favourable opinion goes without) and dates ('opinion.future', 'opinion.early').
    """
    _require_recording(actor, consultee)
    with transaction.atomic():
        consultation = locked(consultee.consultation)
        row: Consultee = Consultee.objects.select_related("opinion").get(pk=consultee.pk)
        row.consultation = consultation
        if row.collective:
            raise Refused(
                "consultee.collective",
                _("Cette ligne regroupe plusieurs autorités : ajoutez d’abord celle qui répond."),
            )
        if opinion_of(row) is not None:
            raise Refused("opinion.already", _("L’avis de cette instance est déjà enregistré."))
        agent = holds(actor, "plan.record_opinions", consultation.plan.territory)
        day = received_on if agent and received_on else today()
        _check_opinion(consultation, tone, text, day)
        opinion = Opinion(
            consultee=row,
            recorded_by=actor.user if isinstance(actor, Agent) else None,
            by_presidency=speaks_for(actor, consultee=row),
        )
        _write(opinion, row, tone, text, day)
        journal.record(actor, "plan.record_opinion", opinion)
    return opinion


def opinion_token(opinion: Opinion) -> str:
    """A short hash of an opinion as stored: sent back with a form, it tells if somebody wrote meanwhile."""
    return _token(opinion.tone, opinion.text, opinion.received_on.isoformat())


def reply_token(point: OpinionPoint) -> str:
    """The same, of the agency's reply to a point."""
    return _token(point.reply_kind, point.reply)


def _token(*said: str) -> str:
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def _require_unmoved(expected: str | None, stored: str) -> None:
    if expected is not None and expected != stored:
        raise Refused(
            "formal.conflict",
            _(
                "Une autre personne a écrit ici avant vous. Son texte est montré au-dessus du vôtre : comparez, "
                "gardez ce qui convient, puis enregistrez de nouveau."
            ),
        )


def may_correct(actor: Actor, *, opinion: Opinion) -> bool:
    """Whether an agent may correct the opinion as it was copied: while the consultation runs, never a president's."""
    consultation = opinion.consultee.consultation
    return (
        consultation.state == ConsultationState.OPEN
        and holds(actor, "plan.record_opinions", consultation.plan.territory)
        and not opinion.by_presidency
    )


def correct_opinion(
    actor: Actor,
    *,
    opinion: Opinion,
    tone: str,
    text: str,
    received_on: date,
    expected: str | None = None,
) -> Opinion:
    """Correct what an agent copied, until the consultation ends. `expected`: the opinion_token() of the form.

    Raises as for recording, and Refused('formal.ended'), ('opinion.presidency') for what the presidency recorded
    itself, ('formal.conflict') where somebody wrote since the token.
    """
    consultation = opinion.consultee.consultation
    require(actor, "plan.record_opinions", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        _check_opinion(consultation, tone, text, received_on)
        opinion = (
            Opinion.objects.select_for_update(of=("self",)).select_related("consultee").get(pk=opinion.pk)
        )
        opinion.consultee.consultation = consultation
        _require_correctable(opinion)
        _require_unmoved(expected, opinion_token(opinion))
        _write(opinion, opinion.consultee, tone, text, received_on)
        journal.record(actor, "plan.correct_opinion", opinion)
    return opinion


def _require_correctable(opinion: Opinion) -> None:
    if opinion.consultee.consultation.state != ConsultationState.OPEN:
        raise Refused(
            "formal.ended",
            _("La consultation est terminée : les avis reçus restent tels qu’ils ont été lus."),
        )
    if opinion.by_presidency:
        raise Refused(
            "opinion.presidency",
            _("La présidence de l’instance a écrit elle-même cet avis : les agents ne le corrigent pas."),
        )


def _check_opinion(consultation: FormalConsultation, tone: str, text: str, day: date) -> None:
    if consultation.notice_on is None:
        raise Refused("formal.not_sent", _("L’avis de consultation n’est pas encore publié."))
    if day > today():
        raise Refused("opinion.future", _("La date de réception est à venir : vérifiez-la."))
    if day < consultation.notice_on:
        raise Refused("opinion.early", _("La date de réception précède la publication de l’avis."))
    if OpinionTone(tone) != OpinionTone.FAVOURABLE and not text.strip():
        raise Refused("opinion.text", _("Recopiez le texte de l’avis : il sera publié."))


def _write(opinion: Opinion, consultee: Consultee, tone: str, text: str, day: date) -> None:
    last = own_last_day(consultee)
    opinion.tone, opinion.text, opinion.received_on = OpinionTone(tone), text.strip(), day
    opinion.late = last is not None and day > last
    opinion.recorded_at = now()
    opinion.save()


def _require_unpublished(consultation: FormalConsultation) -> None:
    if consultation.published_at is not None:
        raise Refused(
            "formal.published",
            _("Les différences sont publiées : les avis et les réponses ne changent plus."),
        )


def add_point(actor: Actor, *, opinion: Opinion, text: str, about: str = "") -> OpinionPoint:
    """One point of the opinion, on one part of the text sent or (empty) on the whole.

    Raises Refused('point.text'), ('point.about') for a part that the text does not have, ('point.twice').
    """
    _require_recording(actor, opinion.consultee)
    with transaction.atomic():
        consultation = locked(opinion.consultee.consultation)
        _require_unpublished(consultation)
        said = _point_text(consultation, opinion, text, about)
        number = (opinion.points.aggregate(last=Max("number"))["last"] or 0) + 1
        point: OpinionPoint = OpinionPoint.objects.create(
            opinion=opinion, number=number, text=said, about=about
        )
        journal.record(actor, "plan.add_point", point)
    return point


def words_of_point(point: OpinionPoint) -> dict[str, str]:
    """What the form of a point holds."""
    return {"text": point.text, "about": point.about}


def edit_point(
    actor: Actor, *, point: OpinionPoint, text: str, about: str = "", expected: str = ""
) -> OpinionPoint:
    """Correct a point until the agency replied to it. Refusals of adding, ('point.replied') and ('edit.conflict').

    `expected`: the token of the words_of_point() that the form showed.
    """
    _require_recording(actor, point.opinion.consultee)
    with transaction.atomic():
        consultation = locked(point.opinion.consultee.consultation)
        _require_unpublished(consultation)
        row = _waiting(point)
        check_unchanged(expected, words_of_point(row), {"text": text.strip(), "about": about})
        row.text = _point_text(consultation, row.opinion, text, about, own=row.pk)
        row.about = about
        row.save(update_fields=["text", "about"])
        journal.record(actor, "plan.edit_point", row)
    return row


def remove_point(actor: Actor, *, point: OpinionPoint) -> None:
    """Take a point off until the agency replied to it."""
    _require_recording(actor, point.opinion.consultee)
    with transaction.atomic():
        _require_unpublished(locked(point.opinion.consultee.consultation))
        row = _waiting(point)
        journal.record(actor, "plan.remove_point", row)
        row.delete()


def _waiting(point: OpinionPoint) -> OpinionPoint:
    rows = OpinionPoint.objects.select_for_update(of=("self",)).select_related("opinion__consultee")
    row: OpinionPoint = rows.get(pk=point.pk)
    if row.reply_kind:
        raise Refused("point.replied", _("L’agence a répondu à ce point : il ne change plus."))
    return row


def _point_text(
    consultation: FormalConsultation, opinion: Opinion, text: str, about: str, own: int = 0
) -> str:
    said = text.strip()
    if not said:
        raise Refused("point.text", _("Écrivez le point soulevé."))
    known = {line.about for line in text_lines(consultation.draft)} if consultation.draft else set()
    if about and about not in known:
        raise Refused("point.about", _("Cette partie n’est pas dans le texte soumis."))
    if opinion.points.exclude(pk=own).filter(text=said, about=about).exists():
        raise Refused("point.twice", _("Ce point est déjà relevé dans cet avis."))
    return said


def reply_to_point(
    actor: Actor, *, point: OpinionPoint, kind: str, words: str, expected: str | None = None
) -> OpinionPoint:
    """What the agency replies: a kind and words; may be rewritten until the differences are published.

    `expected`: the reply_token() of the form. Raises Refused('reply.words'), ('formal.conflict') where somebody
    replied since, ('formal.published') for a second reply after publication, and ('reply.tied') where a changed
    line rests on the point and the new kind takes nothing of it.
    """
    require(actor, "plan.consult", point.opinion.consultee.consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(point.opinion.consultee.consultation)
        row: OpinionPoint = OpinionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
        if row.reply_kind:
            _require_unpublished(consultation)
        _require_unmoved(expected, reply_token(row))
        if not words.strip():
            raise Refused("reply.words", _("Écrivez la réponse de l’agence : elle sera publiée."))
        if ReplyKind(kind) not in TAKEN and row.changes.exists():
            raise Refused(
                "reply.tied",
                _("Une ligne changée s’appuie sur ce point : détachez-le d’abord dans les différences."),
            )
        row.reply_kind, row.reply = ReplyKind(kind), words.strip()
        row.replied_at = now()
        row.replied_by = actor.user if isinstance(actor, Agent) else None
        row.save(update_fields=["reply_kind", "reply", "replied_at", "replied_by"])
        journal.record(actor, "plan.reply_to_point", row, reason=str(row.reply_kind))
    return row


#: replies that a change of wording may rest on
TAKEN: frozenset[Any] = frozenset({ReplyKind.TAKEN, ReplyKind.PARTLY})
