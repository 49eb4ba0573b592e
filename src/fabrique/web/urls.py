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
    path("rencontres/", include("fabrique.web.public.rencontres.urls")),
    path("abonnements/", include("fabrique.web.public.abonnements.urls")),
    path("ecrire/", include("fabrique.web.public.ecrire.urls")),
    path("relais/", include("fabrique.web.public.relais.urls")),
    path("terrain/", include("fabrique.web.public.terrain.urls")),
    path("moderation/", include("fabrique.web.public.moderation.urls")),
    path("agents/", include("fabrique.web.agents.accueil.urls")),
    path("agents/consultations/", include("fabrique.web.agents.consultations.urls")),
    path("agents/corpus/", include("fabrique.web.agents.corpus.urls")),
    path("agents/analyses/", include("fabrique.web.agents.analyses.urls")),
    path("agents/publications/", include("fabrique.web.agents.publications.urls")),
    path("agents/rencontres/", include("fabrique.web.agents.rencontres.urls")),
    path("agents/animation/", include("fabrique.web.agents.animation.urls")),
    path("agents/papier/", include("fabrique.web.agents.papier.urls")),
    path("agents/relais/", include("fabrique.web.agents.relais.urls")),
    path("agents/ecrits/", include("fabrique.web.agents.ecrits.urls")),
    path("agents/imports/", include("fabrique.web.agents.imports.urls")),
    path("agents/terrain/", include("fabrique.web.agents.terrain.urls")),
    path("agents/moderation/", include("fabrique.web.agents.moderation.urls")),
]
