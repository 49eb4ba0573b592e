"""Addresses of the room agents/observatoire: indicators, the versions of their definition, the files loaded.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.observatoire.views import definitions, downloads, files, indicators

app_name = "agents-observatoire"
urlpatterns = [
    path("", indicators.index, name="liste"),
    path("indicateurs/nouveau/", definitions.new, name="nouveau"),
    path("indicateurs/fichier/", definitions.from_file, name="definitions-fichier"),
    path("indicateurs/definitions.csv", downloads.definitions, name="definitions-csv"),
    path("indicateurs/<slug:code>/", indicators.detail, name="indicateur"),
    path("indicateurs/<slug:code>/valeurs.csv", downloads.values, name="valeurs-csv"),
    path("indicateurs/<slug:code>/version/", definitions.new_version, name="version"),
    path("fichiers/", files.index, name="fichiers"),
    path("fichiers/envoyer/", files.send, name="envoyer"),
    path("fichiers/schema.json", downloads.schema, name="schema"),
    path("fichiers/modele.csv", downloads.template, name="modele"),
    path("fichiers/<str:batch_id>/", files.detail, name="fichier"),
    path("fichiers/<str:batch_id>/confirmer/", files.confirm, name="confirmer"),
    path("fichiers/<str:batch_id>/abandonner/", files.cancel, name="abandonner"),
    path("fichiers/<str:batch_id>/rapport.csv", downloads.report, name="rapport-csv"),
]
