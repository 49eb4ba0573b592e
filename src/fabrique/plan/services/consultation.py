"""The life of a formal consultation: written, sent by the publication of its notice, ended when all is answered.

Fed by the plan leads' screens. Feeds opinions.py (what comes back), wording.py (what it changed), the public pages.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.enums import ConsultationState, ConsulteeBasis, PlanState, RevisionKind, SilenceRule
from fabrique.plan.models import FormalConsultation, OpinionPoint, Plan, PlanVersion
from fabrique.plan.services.consultees import (
    add_proposed,
    check_lawful_delay,
    locked,
    propose_consultees,
    proposed_silence,
    require_draft,
    rule_of,
)
from fabrique.plan.services.life import OPEN_TO_WRITING, send_to_consultation

#: a notice is recorded at most this many days after it came out (collection published late, leave): the text frozen
#: at the recording is then the one that was sent; later, nothing would tell what was
NOTICE_DAYS = 15
EDITABLE = frozenset({"title", "notice", "notice_url", "months", "voluntary_silence"})
#: words that other pages of the public room hold in the place of an address
RESERVED = frozenset({"differences", "texte"})


def last_day(on: date, months: int) -> date:
    """The last day included of a delay in calendar months: same day number, or the last one of a shorter month.

    30 November and three months: 28 or 29 February.
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, length))


def create_consultation(
    actor: Actor, *, plan: Plan, title: str, revision: str = RevisionKind.WHOLE
) -> FormalConsultation:
    """Prepare a consultation with the delay and the consultees that the law's file proposes (by law and apart).

    Raises Refused('formal.title'), ('formal.revision') where the plan is not in the state that this kind of
    revision asks for, and ('formal.already') while another one on the same plan is not ended.
    """
    require(actor, "plan.consult", plan.territory)
    said = " ".join(title.split())
    if not said:
        raise Refused("formal.title", _("Donnez un intitulé à la consultation."))
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("territory").get(pk=plan.pk)
        _check_plan(plan, RevisionKind(revision))
        consultation: FormalConsultation = FormalConsultation.objects.create(
            plan=plan,
            slug=_free_slug(said),
            title=said,
            revision=RevisionKind(revision),
            months=rule_of(revision).months,
            voluntary_silence=proposed_silence(),
        )
        journal.record(actor, "plan.create_consultation", consultation)
        keys = [
            one.key for one in propose_consultees(plan, revision) if one.basis != ConsulteeBasis.VOLUNTARY
        ]
        add_proposed(actor, consultation=consultation, keys=keys)
    return consultation


def _check_plan(plan: Plan, revision: RevisionKind) -> None:
    if plan.state not in OPEN_TO_WRITING | {PlanState.CONSULTATION}:
        raise Refused("formal.revision", _("Ce plan est adopté ou clos : ouvrez d’abord sa révision."))
    if revision == RevisionKind.PARTIAL and plan.adopted_on is None:
        raise Refused("formal.revision", _("Une révision partielle porte sur un plan déjà adopté."))
    if plan.consultations.exclude(state=ConsultationState.ENDED).exists():
        raise Refused(
            "formal.already",
            _("Une consultation sur ce plan est déjà en préparation ou en cours : terminez-la d’abord."),
        )


def _free_slug(title: str) -> str:
    base = slugify(title.replace("’", "-").replace("'", "-"))[:74].strip("-") or "consultation"
    slug, number = base, 2
    while slug in RESERVED or FormalConsultation.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def words_of(consultation: FormalConsultation) -> dict[str, Any]:
    """What the form of the notice holds."""
    return {name: getattr(consultation, name) for name in sorted(EDITABLE)}


def edit_consultation(
    actor: Actor, *, consultation: FormalConsultation, expected: str = "", **values: Any
) -> FormalConsultation:
    """Write the notice, the title, a longer delay or what silence by choice is taken for, before sending.

    `expected`: the token of the words_of() that the form showed. Raises TypeError on an unknown field,
    ValueError on an unknown rule of silence, Refused('edit.conflict'), ('formal.sent'), ('formal.title') or
    ('formal.too_short'): the delay of the law is the least.
    """
    require(actor, "plan.consult", consultation.plan.territory)
    if unknown := set(values) - EDITABLE:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    with transaction.atomic():
        consultation = locked(consultation)
        require_draft(consultation)
        present = words_of(consultation)
        for field, value in values.items():
            setattr(consultation, field, value)
        SilenceRule(consultation.voluntary_silence)
        check_unchanged(expected, present, words_of(consultation))
        if not consultation.title.strip():
            raise Refused("formal.title", _("Donnez un intitulé à la consultation."))
        least = rule_of(consultation.revision).months
        if consultation.months < least:
            raise Refused(
                "formal.too_short",
                _("Le délai est d’au moins %(n)d mois pour cette révision.") % {"n": least},
            )
        consultation.save()
        journal.record(actor, "plan.edit_consultation", consultation)
    return consultation


def publish_notice(
    actor: Actor, *, consultation: FormalConsultation, on: date, reference: str, checked: bool
) -> FormalConsultation:
    """Record the publication of the notice: the text is frozen, the delay runs from that day.

    `on`: the day of publication, today or before; `reference`: where (recueil des actes administratifs…);
    `checked`: the actor says that the legal service confirmed list and delay. Raises Refused('formal.sent'),
    ('formal.notice'), ('formal.reference'), ('formal.future'), ('formal.unchecked'), ('formal.nobody'),
    ('consultee.lawful_delay') or ('formal.too_late') for a day that is over NOTICE_DAYS old, unless the plan's text
    had been frozen by then.
    """
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        require_draft(consultation)
        _check_notice(consultation, on, reference, checked)
        consultation.draft = _text_sent(actor, consultation)
        consultation.notice_on = on
        consultation.notice_reference = reference.strip()
        consultation.closes_on = last_day(on, consultation.months)
        consultation.state = ConsultationState.OPEN
        consultation.save()
        consultation.consultees.filter(sent_on__isnull=True).update(sent_on=on)
        journal.record(actor, "plan.publish_notice", consultation)
    return consultation


def _text_sent(actor: Actor, consultation: FormalConsultation) -> PlanVersion:
    """The text as it is frozen now, or as it was when the plan itself was sent for opinion."""
    plan = consultation.plan
    if plan.state in OPEN_TO_WRITING:
        version = send_to_consultation(actor, plan=plan, label=consultation.title)
        plan.refresh_from_db(fields=["state"])
        return version
    sent: PlanVersion | None = plan.versions.filter(reason=PlanState.CONSULTATION).order_by("-number").first()
    if sent is None or plan.state != PlanState.CONSULTATION:
        raise Refused("formal.revision", _("Ce plan est adopté ou clos : ouvrez d’abord sa révision."))
    return sent


def _check_notice(consultation: FormalConsultation, on: date, reference: str, checked: bool) -> None:
    if not consultation.notice.strip():
        raise Refused("formal.notice", _("Écrivez d’abord le texte de l’avis de consultation."))
    if not reference.strip():
        raise Refused("formal.reference", _("Dites où l’avis est publié : recueil, numéro, date."))
    if on > today():
        raise Refused(
            "formal.future",
            _("Cette date est à venir : enregistrez la publication le jour où l’avis paraît."),
        )
    if not checked:
        raise Refused(
            "formal.unchecked",
            _("Confirmez que le service juridique a vérifié la liste, les délais et ce que vaut le silence."),
        )
    if not consultation.consultees.filter(basis=ConsulteeBasis.STATUTORY).exists():
        raise Refused("formal.nobody", _("La liste ne compte aucun avis prévu par la loi."))
    check_lawful_delay(consultation)
    if on < today() - timedelta(days=NOTICE_DAYS) and not _frozen_by(consultation.plan, on):
        raise Refused(
            "formal.too_late",
            _(
                "Cette date remonte à plus de %(n)d jours, et le texte du plan n’était pas figé ce jour-là : "
                "rien ne dirait sur quel texte portent les avis. Corrigez la date, ou publiez un nouvel avis. "
                "Un plan consulté hors de la plateforme s’enregistre en ligne de commande."
            )
            % {"n": NOTICE_DAYS},
        )


def _frozen_by(plan: Plan, on: date) -> bool:
    """Whether the text that this notice sends was already frozen on that day."""
    sent = plan.versions.filter(reason=PlanState.CONSULTATION).order_by("-number").first()
    return (
        plan.state == PlanState.CONSULTATION and sent is not None and timezone.localdate(sent.frozen_at) <= on
    )


def delay_ends_on(consultation: FormalConsultation) -> date | None:
    """The last day on which an opinion is in time, whoever is asked; None before the notice.

    What is asked apart is bound by the adoption, not by this delay.
    """
    if consultation.closes_on is None:
        return None
    own = consultation.consultees.exclude(basis=ConsulteeBasis.APART).aggregate(last=Max("due_on"))["last"]
    return max(consultation.closes_on, own) if own else consultation.closes_on


def points_without_reply(consultation: FormalConsultation) -> Any:
    """The points to which the agency has not replied yet."""
    return OpinionPoint.objects.filter(opinion__consultee__consultation=consultation, reply_kind="")


def end_consultation(actor: Actor, *, consultation: FormalConsultation) -> FormalConsultation:
    """End it once the delay is over and each point has its reply: opinions and replies can then be read together.

    Raises Refused('formal.not_open'), ('formal.delay_runs') or ('formal.points_without_reply').
    """
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        if consultation.state != ConsultationState.OPEN:
            raise Refused("formal.not_open", _("Cette consultation n’est pas en cours."))
        last = delay_ends_on(consultation)
        if last is None or today() <= last:
            raise Refused(
                "formal.delay_runs",
                _("Le délai court encore : chacun peut répondre jusqu’à son dernier jour, inclus."),
            )
        if left := points_without_reply(consultation).count():
            raise Refused(
                "formal.points_without_reply",
                _("Des points attendent une réponse de l’agence (%(n)d). Répondez à chacun d’abord.")
                % {"n": left},
            )
        consultation.state = ConsultationState.ENDED
        consultation.save(update_fields=["state"])
        journal.record(actor, "plan.end_consultation", consultation)
    return consultation


def adoption_obstacles(plan: Plan) -> list[str]:
    """What the plan still lacks before its adoption, in words; empty where the law's opinions were asked and awaited.

    A plan that was never consulted on (one adopted before this platform was there) has none.
    """
    said = []
    for consultation in plan.consultations.filter(adopted__isnull=True):
        if consultation.state != ConsultationState.ENDED:
            said.append(
                _("La consultation réglementaire « %(t)s » n’est pas terminée.") % {"t": consultation.title}
            )
        apart = consultation.consultees.without_opinion().filter(basis=ConsulteeBasis.APART)
        said += [_("Cet avis se recueille avant l’adoption : %(nom)s.") % {"nom": one.name} for one in apart]
    return said
