"""Addresses of the agents' room of the corpus.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.agents.corpus import views

app_name = "agents-corpus"
urlpatterns = [
    path("", views.index, name="liste"),
    path("<str:source_id>/", views.detail, name="detail"),
    path("<str:source_id>/textes/<str:contribution_id>/", views.moderate, name="moderer"),
    path("<str:source_id>/textes/<str:contribution_id>/effacer/", views.erase, name="effacer"),
]
