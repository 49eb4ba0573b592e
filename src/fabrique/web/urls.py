"""Addresses of the site: one include line a room, public rooms first.

Fed by web/public/*/urls.py and web/agents/*/urls.py. Feeds fabrique.urls.
"""

from django.urls import include, path

urlpatterns = [
    path("", include("fabrique.web.public.accueil.urls")),
    path("consultations/", include("fabrique.web.public.consultations.urls")),
    path("", include("fabrique.web.public.repondre.urls")),
    path("suivre/", include("fabrique.web.public.suivre.urls")),
    path("resultats/", include("fabrique.web.public.resultats.urls")),
    path("agents/", include("fabrique.web.agents.accueil.urls")),
    path("agents/consultations/", include("fabrique.web.agents.consultations.urls")),
    path("agents/corpus/", include("fabrique.web.agents.corpus.urls")),
    path("agents/analyses/", include("fabrique.web.agents.analyses.urls")),
    path("agents/publications/", include("fabrique.web.agents.publications.urls")),
]
