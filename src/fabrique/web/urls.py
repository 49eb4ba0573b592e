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
    path("plan/", include("fabrique.web.public.plan.urls")),
    path("avis/", include("fabrique.web.public.avis.urls")),
    path("bilans/", include("fabrique.web.public.bilans.urls")),
    path("instances/", include("fabrique.web.public.instances.urls")),
    path("territoires/", include("fabrique.web.public.territoires.urls")),
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
    path("agents/plan/", include("fabrique.web.agents.plan.urls")),
    path("agents/actions/", include("fabrique.web.agents.actions.urls")),
    path("agents/avis/", include("fabrique.web.agents.avis.urls")),
    path("agents/bilans/", include("fabrique.web.agents.bilans.urls")),
    path("agents/instances/", include("fabrique.web.agents.instances.urls")),
    path("agents/observatoire/", include("fabrique.web.agents.observatoire.urls")),
]
