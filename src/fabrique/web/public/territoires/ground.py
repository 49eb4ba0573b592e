"""What every page of the room stands on: the region of the instance, once its territories are loaded.

Fed by the setting FABRIQUE_PERIMETER and territories. Feeds the views of the room.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fabrique.common.errors import Refused
from fabrique.territories.models import Territory

View = Callable[..., HttpResponse]


def on_loaded_ground(view: View) -> View:
    """Calls ``view(request, region=…)``; on an instance without territories yet, the page that says so."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            region = Territory.objects.perimeter()
        except Refused:
            return render(request, "public/territoires/vide.html")
        return view(request, *args, region=region, **kwargs)

    return shown
