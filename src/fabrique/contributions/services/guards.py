"""What holds robots off without a third party and without addresses: spent proofs, counters by the minute.

Fed by the answering and follow-up pages. Feeds their refusals.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from fabrique.common.clock import now
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import GuessWindow, Participation, SpentProof

#: look-ups that find nothing, over the whole instance, before the door closes until the next minute
GUESSES_PER_MINUTE = 60


def use_proof(proof: str, *, expires_at: datetime) -> bool:
    """Spend a proof (a solved challenge or an answered question); False where it was spent already.

    Only a hash is kept, until the proof would have expired anyway.
    """
    digest = hashlib.sha256(proof.encode()).hexdigest()
    SpentProof.objects.filter(expires_at__lt=now()).delete()
    try:
        with transaction.atomic():
            SpentProof.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError:
        return False
    return True


def is_spent(proof: str) -> bool:
    """Whether use_proof took this proof, and its term is not past."""
    digest = hashlib.sha256(proof.encode()).hexdigest()
    return SpentProof.objects.filter(digest=digest, expires_at__gte=now()).exists()


def submissions_exhausted() -> bool:
    """Whether as many online submissions came in the last minute as the instance accepts."""
    # both ends: told in the past, the demonstration must not count what its story says came later
    until = now()
    recent = Participation.objects.filter(
        channel=Channel.WEB, submitted_at__gt=until - timedelta(minutes=1), submitted_at__lte=until
    ).count()
    return recent >= settings.FABRIQUE_SUBMISSIONS_PER_MINUTE


def guesses_exhausted() -> bool:
    """Whether this minute's look-ups that found nothing reached the limit, whoever made them."""
    return GuessWindow.objects.filter(minute=_minute(), count__gte=GUESSES_PER_MINUTE).exists()


def count_guess() -> None:
    """Count one look-up that found nothing; windows older than an hour go."""
    minute = _minute()
    with transaction.atomic():
        GuessWindow.objects.filter(minute__lt=minute - timedelta(hours=1)).delete()
        window, _created = GuessWindow.objects.get_or_create(minute=minute)
        GuessWindow.objects.filter(pk=window.pk).update(count=F("count") + 1)


def _minute() -> datetime:
    return now().replace(second=0, microsecond=0)
