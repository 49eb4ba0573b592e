"""Verbs on batches: prepare numbered booklets, count what comes back, draw the sample, close.

Fed by operators and relays' kits. Feeds the booklets to print, the entry screen and the second entry.
"""

from __future__ import annotations

import random
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Organisation, Role
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.enums import Register
from fabrique.common.errors import Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.paper.enums import BatchState, FormState
from fabrique.paper.models import Batch, Draw, PaperForm
from fabrique.paper.services.codes import new_batch_code
from fabrique.paper.services.recording import record_form
from fabrique.paper.services.shared import lock_batch, user_of
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import RANDOM_BYTES, new_receipt

#: booklets of one batch: what a person can carry, and a PDF that a server draws while somebody waits
LARGEST = 100
USUAL_SHARE = 10


def territories_for(actor: Actor, *, verb: str, perimeter: Territory) -> list[Territory]:
    """Where in the perimeter the actor holds the verb: the perimeter itself, or departments inside it."""
    if holds(actor, verb, perimeter):
        return [perimeter]
    inside = Territory.objects.departments().within(perimeter).order_by("code")
    return [place for place in inside if holds(actor, verb, place)]


def create_batch(
    actor: Actor,
    *,
    version: QuestionnaireVersion,
    territory: Territory,
    size: int,
    register: str = Register.STANDARD,
    relay: Organisation | None = None,
    double_share: int = USUAL_SHARE,
) -> Batch:
    """Prepare `size` numbered booklets of one version, each with the code of its slip; entered in `territory`.

    `double_share` is the percentage that a second operator enters again. Raises Refused: paper.not_open,
    paper.size, paper.share, paper.territory.
    """
    require(actor, "paper.print", territory)
    _check_batch(version, territory, size, double_share)
    with transaction.atomic():
        batch = Batch.objects.create(
            code=_free_code(),
            version=version,
            register=Register(register),
            territory=territory,
            relay=relay,
            double_share=double_share,
            created_at=now(),
            created_by=user_of(actor),
        )
        PaperForm.objects.bulk_create(
            PaperForm(batch=batch, number=number, receipt_code=_new_code()) for number in range(1, size + 1)
        )
        journal.record(actor, "paper.create_batch", batch, reason=str(size))
    return batch


def batch_for_relay(
    actor: Actor,
    *,
    version: QuestionnaireVersion,
    relay: Organisation,
    size: int,
    register: str = Register.STANDARD,
) -> Batch:
    """The booklets of a relay's kit: those already prepared and still untouched, or new ones.

    Asked again for the same kit, it gives the same numbers, so that a file downloaded twice is one batch.
    """
    require(actor, "paper.print", relay.territory)
    untouched = (
        Batch.objects.filter(
            version=version, register=register, relay=relay, state=BatchState.OPEN, received=0
        )
        .exclude(forms__state__in=[state for state in FormState if state != FormState.PRINTED])
        .order_by("-created_at")
        .first()
    )
    if untouched is not None:
        kept: Batch = untouched
        return kept
    return create_batch(
        actor, version=version, territory=relay.territory, size=size, register=register, relay=relay
    )


def check_may_print(actor: Actor, *, batch: Batch) -> None:
    """Raise Forbidden unless the actor prints paper in the batch's territory, or is the batch's own relay."""
    if isinstance(actor, Agent) and batch.relay_id:
        own = Role.objects.current().filter(
            user=actor.user,
            user__is_active=True,
            code=RoleCode.RELAY,
            organisation=batch.relay_id,
        )
        if own.exists():
            return
    require(actor, "paper.print", batch.territory)


def note_printing(actor: Actor, *, batch: Batch, count: int) -> Batch:
    """Write in the journal that so many booklets, with the codes of their slips, were drawn for printing."""
    check_may_print(actor, batch=batch)
    with transaction.atomic():
        journal.record(actor, "paper.print", batch, reason=str(count))
    return batch


def add_form(actor: Actor, *, batch: Batch) -> PaperForm:
    """Give its own number and code to a sheet that came back without one: a photocopy, a torn corner."""
    require(actor, "paper.print", batch.territory)
    with transaction.atomic():
        locked = lock_batch(batch)
        last = locked.forms.order_by("-number").values_list("number", flat=True).first() or 0
        form = PaperForm.objects.create(
            batch=locked, number=last + 1, receipt_code=_new_code(), unnumbered=True
        )
        journal.record(actor, "paper.add_form", form)
    return form


def receive(actor: Actor, *, batch: Batch, count: int) -> Batch:
    """Say how many sheets came back so far, counted by hand: the total that entry is checked against.

    Raises Refused('paper.count') on more sheets than were printed.
    """
    require(actor, "paper.enter", batch.territory)
    with transaction.atomic():
        locked = lock_batch(batch)
        if not 0 <= count <= locked.forms.count():
            raise Refused(
                "paper.count",
                _("Ce lot compte %(printed)s feuilles : il n’a pas pu en revenir davantage.")
                % {"printed": locked.forms.count()},
            )
        locked.received = count
        locked.save(update_fields=["received"])
        journal.record(actor, "paper.receive", locked, reason=str(count))
    return locked


def draw_sample(actor: Actor, *, batch: Batch, seed: str = "") -> Draw:
    """Draw at random which of the sheets entered so far a second operator enters again; record the others.

    The draw comes after the first entry, so that nobody knows beforehand which sheets are checked. Cut short,
    it is asked again and completes the recording. `seed` is for the demonstration, which is the same each time;
    a draw has its own. Raises Refused('paper.nothing_to_draw').
    """
    require(actor, "paper.enter", batch.territory)
    with transaction.atomic():
        locked = lock_batch(batch)
        fresh = list(locked.forms.filter(state=FormState.ENTERED, draw=None).order_by("number"))
        draw = (
            _draw(actor, locked, fresh, seed or secrets.token_hex(16))
            if fresh
            else locked.draws.order_by("-number").first()
        )
    waiting = PaperForm.objects.filter(batch=batch, state=FormState.ENTERED, draw__isnull=False)
    if draw is None or (not fresh and not waiting.exists()):
        raise Refused(
            "paper.nothing_to_draw", _("Aucune feuille n’attend le tirage : saisissez d’abord des feuilles.")
        )
    for form in waiting.order_by("number"):
        record_form(actor, form=form)
    return draw


def _draw(actor: Actor, batch: Batch, fresh: list[PaperForm], seed: str) -> Draw:
    """Share of the sheets rounded up, one at least; reproducible from the seed and the order of the numbers."""
    sample = -(-len(fresh) * batch.double_share // 100)
    draw = Draw.objects.create(
        batch=batch,
        number=batch.draws.count() + 1,
        seed=seed,
        population=len(fresh),
        sample=sample,
        drawn_at=now(),
        drawn_by=user_of(actor),
    )
    chosen = random.Random(seed).sample(fresh, sample)  # noqa: S311 - a sample, not a secret
    PaperForm.objects.filter(pk__in=[form.pk for form in fresh]).update(draw=draw)
    PaperForm.objects.filter(pk__in=[form.pk for form in chosen]).update(state=FormState.SAMPLED)
    journal.record(actor, "paper.draw", batch, reason=f"{sample}/{len(fresh)}")
    return draw


def close_batch(actor: Actor, *, batch: Batch) -> Batch:
    """No more sheets are awaited: those that did not come back can no longer be entered, their codes go.

    Raises Refused('paper.unfinished') while a sheet waits for its draw, its second entry or a decision.
    """
    require(actor, "paper.print", batch.territory)
    with transaction.atomic():
        locked = lock_batch(batch)
        under_way = [FormState.ENTERED, FormState.SAMPLED, FormState.DIFFERENT]
        if locked.forms.filter(state__in=under_way).exists():
            raise Refused(
                "paper.unfinished",
                _("Des feuilles attendent le tirage, leur seconde saisie ou une décision. Terminez-les."),
            )
        locked.forms.filter(state=FormState.PRINTED).update(state=FormState.LOST, receipt_code=None)
        locked.forms.filter(state=FormState.ASIDE).update(receipt_code=None)
        locked.state, locked.closed_at = BatchState.CLOSED, now()
        locked.save(update_fields=["state", "closed_at"])
        journal.record(actor, "paper.close_batch", locked)
    return locked


def _check_batch(version: QuestionnaireVersion, territory: Territory, size: int, share: int) -> None:
    consultation: Consultation = version.consultation
    if consultation.state != State.OPEN or not version.is_frozen:
        raise Refused(
            "paper.not_open",
            _("Les livrets s’impriment pour une consultation ouverte : celle-ci ne l’est pas."),
        )
    if not 1 <= size <= LARGEST:
        raise Refused("paper.size", _("Un lot compte de 1 à %(largest)s livrets.") % {"largest": LARGEST})
    if not 1 <= share <= 100:
        raise Refused("paper.share", _("La part saisie deux fois va de 1 à 100 %."))
    perimeter = consultation.perimeter
    if not (perimeter.contains(territory) or territory.contains(perimeter)):
        raise Refused("paper.territory", _("Ce territoire est hors du périmètre de la consultation."))


def _free_code() -> str:
    code = new_batch_code()
    while Batch.objects.filter(code=code).exists():
        code = new_batch_code()
    return code


def _new_code() -> str:
    return new_receipt(secrets.token_bytes(RANDOM_BYTES))
