"""What the opinions changed: each line that moved between the text sent and the text adopted, and its cause.

Fed by two frozen versions and by opinions.py. Feeds the public page of differences.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.enums import ConsultationState, PlanState
from fabrique.plan.models import FormalConsultation, OpinionPoint, PlanVersion, WordingChange
from fabrique.plan.services.consultation import points_without_reply
from fabrique.plan.services.consultees import locked
from fabrique.plan.services.opinions import TAKEN
from fabrique.plan.services.texts import Compared, compared, text_lines


def adopted_version(consultation: FormalConsultation) -> PlanVersion | None:
    """The first text adopted after the one that was sent, if any."""
    if consultation.draft is None:
        return None
    later = consultation.plan.versions.filter(reason=PlanState.ADOPTED, number__gt=consultation.draft.number)
    found: PlanVersion | None = later.order_by("number").first()
    return found


def compared_texts(consultation: FormalConsultation) -> list[Compared]:
    """Every line of both texts of a consultation whose adopted text is known."""
    draft, adopted = consultation.draft, consultation.adopted
    if draft is None or adopted is None:
        return []
    return compared(text_lines(draft), text_lines(adopted))


def compare_texts(actor: Actor, *, consultation: FormalConsultation) -> FormalConsultation:
    """Take the adopted text and propose every line that changed. Run again, it finds the same rows.

    Raises Refused('formal.not_ended'), ('formal.not_adopted').
    """
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        if consultation.state != ConsultationState.ENDED:
            raise Refused("formal.not_ended", _("Terminez d’abord la consultation."))
        adopted = adopted_version(consultation)
        if adopted is None:
            raise Refused(
                "formal.not_adopted",
                _("Le plan n’est pas encore adopté : il n’y a pas de texte à comparer avec celui soumis."),
            )
        consultation.adopted = adopted
        consultation.save(update_fields=["adopted"])
        known = set(consultation.changes.values_list("about", "field"))
        rows = [
            WordingChange(
                consultation=consultation,
                about=line.about,
                field=line.field,
                before=line.before,
                after=line.after,
            )
            for line in compared_texts(consultation)
            if line.changed and (line.about, line.field) not in known
        ]
        WordingChange.objects.bulk_create(rows, batch_size=500)
        journal.record(actor, "plan.compare_texts", consultation)
    return consultation


def cause_of(change: WordingChange) -> dict[str, Any]:
    """What the form of a cause holds; the points by their identifiers, in order."""
    return {"points": sorted(point.public_id for point in change.points.all()), "reason": change.reason}


def tie_change(
    actor: Actor,
    *,
    change: WordingChange,
    points: Iterable[OpinionPoint] = (),
    reason: str = "",
    expected: str = "",
) -> WordingChange:
    """Say what moved a line: points that the agency took, wholly or in part, and, or, another reason.

    `expected`: the token of the cause_of() that the form showed. Raises Refused('edit.conflict'), ('change.points')
    for points of another consultation, ('change.not_taken') for one whose reply takes nothing, ('change.cause') with
    neither, ('formal.published').
    """
    require(actor, "plan.consult", change.consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(change.consultation)
        if consultation.published_at is not None:
            raise Refused("formal.published", _("Les différences sont publiées : elles ne changent plus."))
        row: WordingChange = WordingChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        keys = {point.pk for point in points}
        ours = OpinionPoint.objects.filter(opinion__consultee__consultation=consultation, pk__in=keys)
        if ours.count() != len(keys):
            raise Refused("change.points", _("Ces points ne sont pas ceux de cette consultation."))
        if ours.exclude(reply_kind__in=TAKEN).exists():
            raise Refused(
                "change.not_taken",
                _("Un point que l’agence n’a pas retenu ne peut pas avoir changé cette ligne."),
            )
        if not keys and not reason.strip():
            raise Refused("change.cause", _("Choisissez un point, ou écrivez la raison du changement."))
        wanted = {"points": sorted(point.public_id for point in ours), "reason": reason.strip()}
        check_unchanged(expected, cause_of(row), wanted)
        row.reason = reason.strip()
        row.save(update_fields=["reason"])
        row.points.set(ours)
        journal.record(actor, "plan.tie_change", row)
    return row


def changes_without_cause(consultation: FormalConsultation) -> Any:
    """Changed lines that no point and no reason explain yet."""
    return WordingChange.objects.filter(consultation=consultation, reason="", points__isnull=True)


def publish_differences(actor: Actor, *, consultation: FormalConsultation) -> FormalConsultation:
    """Show everyone the adopted text beside the one sent, with what moved each line.

    Raises Refused('formal.not_adopted') before adoption and comparison, ('formal.published') the second time,
    ('formal.points_without_reply') (late opinions') and ('formal.changes_without_cause').
    """
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        if consultation.published_at is not None:
            raise Refused("formal.published", _("Les différences sont déjà publiées."))
        if consultation.adopted is None:
            raise Refused(
                "formal.not_adopted",
                _("Le plan n’est pas adopté, ou ses deux textes n’ont pas été comparés : faites-le d’abord."),
            )
        if left := points_without_reply(consultation).count():
            raise Refused(
                "formal.points_without_reply",
                _("Des points attendent une réponse de l’agence (%(n)d). Répondez à chacun d’abord.")
                % {"n": left},
            )
        if left := changes_without_cause(consultation).count():
            raise Refused(
                "formal.changes_without_cause",
                _("Des lignes changées n’ont ni point ni raison (%(n)d). Dites d’où vient chacune.")
                % {"n": left},
            )
        consultation.published_at = now()
        consultation.save(update_fields=["published_at"])
        journal.record(actor, "plan.publish_differences", consultation)
    return consultation
