"""Addresses of the room agents/ecrits: calls, quarantine, splitting screen, decision, import.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.ecrits.views import calls, files, reading

app_name = "agents-ecrits"
urlpatterns = [
    path("", calls.index, name="liste"),
    path("nouvel-appel/", calls.new, name="nouvel-appel"),
    path("appel/<str:call_id>/", calls.detail, name="appel"),
    path("appel/<str:call_id>/modifier/", calls.edit, name="modifier"),
    path("appel/<str:call_id>/ouvrir/", calls.opening, name="ouvrir"),
    path("appel/<str:call_id>/clore/", calls.closing, name="clore"),
    path("appel/<str:call_id>/importer/", calls.importing, name="importer"),
    path("contribution/<str:written_id>/", reading.detail, name="contribution"),
    path("contribution/<str:written_id>/decouper/", reading.split, name="decouper"),
    path("contribution/<str:written_id>/accepter/", reading.accepting, name="accepter"),
    path("contribution/<str:written_id>/ecarter/", reading.refusing, name="ecarter"),
    path("fichier/<str:file_id>/", files.download, name="fichier"),
    path("fichier/<str:file_id>/page/<int:page>/", files.page, name="page"),
]
