"""What the verbs of paper share: who acts, a batch or a sheet locked for one transaction, what is still taken.

Fed by the other modules of this package. Feeds them.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import User
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.paper.enums import BatchState
from fabrique.paper.models import Batch, PaperForm


def user_of(actor: Actor) -> User | None:
    """The person behind the act, None for a job or the command line."""
    return actor.user if isinstance(actor, Agent) else None


def person(actor: Actor) -> User:
    """The same where a person is needed: an entry is somebody's. Raises Forbidden."""
    if not isinstance(actor, Agent):
        raise Forbidden("forbidden", _("Seule une personne connectée peut saisir une feuille."))
    return actor.user


def lock_batch(batch: Batch) -> Batch:
    """The batch, locked until the end of the transaction. Raises Refused('paper.closed')."""
    locked: Batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != BatchState.OPEN:
        raise Refused("paper.closed", _("Ce lot est clos : il ne reçoit plus de feuille."))
    return locked


def lock_form(form: PaperForm) -> PaperForm:
    """The sheet with its batch and consultation, locked until the end of the transaction."""
    forms = PaperForm.objects.select_for_update(of=("self",))
    locked: PaperForm = forms.select_related(
        "batch__territory", "batch__relay", "batch__version__consultation__source"
    ).get(pk=form.pk)
    return locked


def check_receives(consultation: Consultation) -> None:
    """Raise Refused unless the corpus still takes answers: open or closed, and not published yet."""
    if consultation.state not in (State.OPEN, State.CLOSED):
        raise Refused(
            "paper.published",
            _("Les résultats de cette consultation sont publiés : elle ne reçoit plus de réponse."),
        )
