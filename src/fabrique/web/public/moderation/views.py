"""The rules of moderation and the ledger: how many texts are not shown, on which ground.

Fed by restitution's release of the ledger. Feeds templates/public/moderation/.
"""

from __future__ import annotations

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.restitution.services.release import release_ledger


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Counts stop at the end of last month: a live counter would tell each decision as it is taken."""
    first = today().replace(day=1)
    before = timezone.make_aware(datetime.combine(first, time.min))
    context = {"registre": release_ledger(before), "arrete": first}
    return render(request, "public/moderation/regles.html", context)
