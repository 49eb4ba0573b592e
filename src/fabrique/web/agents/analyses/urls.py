"""Addresses of the agents' room of analyses: runs, then the review of their themes.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.agents.analyses.views import commons, review, runs

app_name = "agents-analyses"
urlpatterns = [
    path("", runs.index, name="liste"),
    path("lancer/<str:source_id>/", runs.ask, name="lancer"),
    path("communs/reunir/", commons.gather, name="reunir"),
    path("communs/<str:common_id>/", commons.detail, name="commun"),
    path("communs/<str:common_id>/modifier/", commons.change, name="commun-modifier"),
    path("<str:run_id>/", runs.detail, name="detail"),
    path("<str:run_id>/manifeste.json", commons.manifest, name="manifeste"),
    path("<str:run_id>/abandonner/", runs.cancel, name="abandonner"),
    path("<str:run_id>/reference/", runs.make_current, name="reference"),
    path("<str:run_id>/mises-de-cote/", runs.set_aside, name="mises-de-cote"),
    path("<str:run_id>/themes/<str:theme_id>/", review.detail, name="theme"),
    path("<str:run_id>/themes/<str:theme_id>/idees/", review.ideas, name="idees"),
    path("<str:run_id>/themes/<str:theme_id>/accepter/", review.accept, name="accepter"),
    path("<str:run_id>/themes/<str:theme_id>/intitule/", review.rename, name="intitule"),
    path("<str:run_id>/themes/<str:theme_id>/ecarter/", review.discard, name="ecarter"),
    path("<str:run_id>/themes/<str:theme_id>/fusionner/", review.merge, name="fusionner"),
    path("<str:run_id>/themes/<str:theme_id>/deplacer/", review.move, name="deplacer"),
    path("<str:run_id>/themes/<str:theme_id>/annuler/", review.undo, name="annuler"),
    path("<str:run_id>/themes/<str:theme_id>/citer/", review.approve_quote, name="citer"),
    path(
        "<str:run_id>/themes/<str:theme_id>/citations/<str:quote_id>/",
        review.revoke_quote,
        name="retirer-citation",
    ),
]
