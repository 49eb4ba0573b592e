"""What every template knows of the instance: its name, its look, its menus.

Fed by settings FABRIQUE_* and the display cookie. Feeds base.html and its children, as `instance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

DISPLAY_COOKIE = "affichage"
DISPLAYS = ("systeme", "clair", "sombre")

#: (route, label): the public menu; an entry shows once its room is installed
PUBLIC_MENU = (
    ("accueil", _("Accueil")),
    ("rencontres:liste", _("Rencontres")),
    ("plan:liste", _("Plan de santé")),
    ("territoires:liste", _("Territoires")),
    ("suivre:code", _("Suivre ma réponse")),
    ("resultats:liste", _("Résultats")),
    ("aide", _("Aide et numéros utiles")),
)


@dataclass(frozen=True)
class MenuEntry:
    url: str
    label: Any
    current: bool


def display(request: HttpRequest | None) -> str:
    """The reader's choice of light or dark, kept in a cookie that holds nothing else."""
    chosen = request.COOKIES.get(DISPLAY_COOKIE, "") if request else ""
    return chosen if chosen in DISPLAYS else "systeme"


def menu(entries: Any, path: str) -> list[MenuEntry]:
    """Menu entries whose route exists, the one of the present page marked."""
    shown = []
    for route, label in entries:
        try:
            url = reverse(route)
        except NoReverseMatch:
            continue
        current = path == url if url in ("/", "/agents/") else path.startswith(url)
        shown.append(MenuEntry(url, label, current))
    return shown


def describe(request: HttpRequest | None) -> dict[str, Any]:
    """The instance, without touching the database: the 500 page uses it too."""
    path = request.path if request else ""
    return {
        "name": settings.FABRIQUE_INSTANCE_NAME,
        "agency": settings.FABRIQUE_AGENCY_NAME,
        "theme": settings.FABRIQUE_THEME,
        "demonstration": settings.FABRIQUE_DEMONSTRATION,
        "display": display(request),
        "menu": SimpleLazyObject(lambda: menu(PUBLIC_MENU, path)),
        "contact": getattr(settings, "FABRIQUE_CONTACT_EMAIL", ""),
        "data_protection": getattr(settings, "FABRIQUE_DPO_EMAIL", ""),
        "director": getattr(settings, "FABRIQUE_PUBLICATION_DIRECTOR", ""),
        "address": getattr(settings, "FABRIQUE_AGENCY_ADDRESS", ""),
        "host": getattr(settings, "FABRIQUE_HOSTING", ""),
        "source": getattr(settings, "FABRIQUE_SOURCE_URL", ""),
        "complaints": getattr(settings, "FABRIQUE_COMPLAINTS_URL", ""),
    }


def instance(request: HttpRequest) -> dict[str, Any]:
    return {"instance": describe(request)}
