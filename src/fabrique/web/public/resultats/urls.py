"""Addresses of the published results.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.public.resultats import downloads, views

app_name = "resultats"
urlpatterns = [
    path("", views.index, name="liste"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/version/<int:number>/", views.version, name="version"),
    path("<slug:slug>/preuve/<str:figure_id>/", views.proof, name="preuve"),
    path("<slug:slug>/resultats.csv", downloads.results_csv, name="csv"),
    path("<slug:slug>/dictionnaire.csv", downloads.dictionary_csv, name="dictionnaire"),
]
