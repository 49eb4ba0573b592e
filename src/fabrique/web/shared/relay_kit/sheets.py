"""Numbered questionnaires on paper for a relay, and the archive that joins them to its kit.

Fed by paper (batches) and booklets (drawing). Feeds the relay's page and the agents' screen.
"""

from __future__ import annotations

from collections.abc import Iterator

from fabrique.accounts.actors import Actor, System
from fabrique.common.enums import Register
from fabrique.paper.models import Batch
from fabrique.paper.services import create_batch, note_printing
from fabrique.relays.models import RelayLink
from fabrique.subscriptions.services import absolute
from fabrique.web.shared.booklets import booklets_pdf, preparation_pdf
from fabrique.web.shared.relay_kit.content import kit_of
from fabrique.web.shared.relay_kit.files import archive

#: numbered questionnaires of the first kit: enough to see, few to waste
FIRST = 5


def batches_of(link: RelayLink) -> list[Batch]:
    """The relay's batches for that consultation, the latest first."""
    rows = Batch.objects.filter(
        relay=link.relay.organisation, version__consultation=link.consultation
    ).select_related("version")
    return list(rows.order_by("-created_at"))


def first_batch(link: RelayLink) -> Batch:
    """The first questionnaires of a relay, made once. Raises Refused(paper.not_open)."""
    made = batches_of(link)
    return made[-1] if made else new_batch(link, size=FIRST, register=Register.STANDARD)


def new_batch(link: RelayLink, *, size: int, register: str) -> Batch:
    """Number new questionnaires for this relay, in its territory. The caller has checked whose link it is."""
    return create_batch(
        System("relays.sheets"),
        version=link.consultation.questionnaires.current(),
        territory=link.relay.territory,
        size=size,
        register=register,
        relay=link.relay.organisation,
    )


def print_batch(actor: Actor, batch: Batch) -> bytes:
    """The booklets of a batch as one PDF without the codes of their slips: a relay reads no answer (ADR 0014).

    Noted in the journal. Raises Forbidden.
    """
    note_printing(actor, batch=batch, count=batch.forms.count())
    return booklets_pdf(batch, site=absolute(""), codes=False)


def archive_of(actor: Actor, link: RelayLink) -> bytes:
    """The whole kit with the preparation sheet and the questionnaires numbered so far."""
    return archive(kit_of(link), _sheets(actor, link))


def _sheets(actor: Actor, link: RelayLink) -> Iterator[tuple[str, bytes]]:
    yield "fiche-de-preparation.pdf", preparation_pdf(link.consultation, site=absolute(""))
    for batch in batches_of(link):
        yield f"questionnaires-{batch.code}.pdf", print_batch(actor, batch)
