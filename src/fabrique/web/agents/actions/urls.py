"""Addresses of the room agents/actions.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.actions.views import listing, measures, sheet, tables, updating

app_name = "agents-actions"
urlpatterns = [
    path("", listing.listing, name="liste"),
    path("ensemble/", listing.together, name="ensemble"),
    path("recapitulatif/", listing.digest, name="recapitulatif"),
    path("nouvelle/", sheet.new, name="nouvelle"),
    path("tableaux/", tables.index, name="tableaux"),
    path("tableaux/<str:plan_id>/fiches.xlsx", tables.workbook, name="classeur"),
    path("tableaux/<str:plan_id>/<str:table>.csv", tables.csv, name="csv"),
    path("fichiers/<str:file_id>/", tables.file, name="fichier"),
    path("fichiers/<str:file_id>/effacer/", tables.drop, name="fichier-effacer"),
    path("<str:public_id>/", sheet.detail, name="fiche"),
    path("<str:public_id>/point/", updating.quick, name="point"),
    path("<str:public_id>/ecrire/", sheet.edit, name="ecrire"),
    path("<str:public_id>/blocage/", sheet.blocking, name="blocage"),
    path("<str:public_id>/jalons/", updating.milestones, name="jalons"),
    path("<str:public_id>/budget/", updating.budget, name="budget"),
    path("<str:public_id>/portee/", updating.people, name="portee"),
    path("<str:public_id>/logique/", updating.logic, name="logique"),
    path("<str:public_id>/partenaires/", updating.partners, name="partenaires"),
    path("<str:public_id>/publier/", sheet.publish, name="publier"),
    path("<str:public_id>/retirer/", sheet.withdraw, name="retirer"),
    path("<str:public_id>/copier/", sheet.copy, name="copier"),
    path("<str:public_id>/indicateurs/", measures.listing, name="indicateurs"),
    path("<str:public_id>/indicateurs/nouveau/", measures.new, name="indicateur-nouveau"),
    path("<str:public_id>/indicateurs/<str:indicator_id>/", measures.detail, name="indicateur"),
    path("<str:public_id>/indicateurs/<str:indicator_id>/ecrire/", measures.edit, name="indicateur-ecrire"),
    path(
        "<str:public_id>/indicateurs/<str:indicator_id>/retirer/", measures.remove, name="indicateur-retirer"
    ),
    path("<str:public_id>/valeurs/<str:value_id>/", measures.correct, name="valeur"),
]
