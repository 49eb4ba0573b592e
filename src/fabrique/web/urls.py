"""Addresses of the site: one include line a room, public rooms first.

Fed by web/public/*/urls.py and web/agents/*/urls.py. Feeds fabrique.urls.
"""

from django.urls import include, path

urlpatterns = [
    path("", include("fabrique.web.public.accueil.urls")),
    path("agents/", include("fabrique.web.agents.accueil.urls")),
]
