"""What every screen of the room shares: reaching a batch or a sheet, with the right that the screen needs.

Fed by fabrique.paper's reads. Feeds the views of this room.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from fabrique.accounts.rights import require
from fabrique.paper.models import Batch, PaperForm
from fabrique.paper.services import sheet_code
from fabrique.web.shared.actors import agent


def reach(request: HttpRequest, batch_id: str, verb: str = "paper.read") -> Batch:
    """The batch: 403 without any right on paper, 404 where it is held elsewhere only, 403 without the verb."""
    actor = agent(request)
    require(actor, "paper.read")
    visible = Batch.objects.visible_to(actor).select_related(
        "version__consultation__perimeter", "territory", "relay", "created_by"
    )
    batch: Batch = get_object_or_404(visible, public_id=batch_id)
    require(actor, verb, batch.territory)
    return batch


def reach_form(request: HttpRequest, batch_id: str, number: int, verb: str) -> PaperForm:
    """One sheet of the batch, under the same rules."""
    batch = reach(request, batch_id, verb)
    form: PaperForm = get_object_or_404(batch.forms.select_related("claimed_by"), number=number)
    form.batch = batch
    return form


def url(batch: Batch, name: str, *more: object) -> str:
    """Address of a screen of the batch."""
    return reverse(f"agents-papier:{name}", args=[batch.public_id, *more])


def code_of(form: PaperForm) -> str:
    return sheet_code(form.batch.code, form.number)
