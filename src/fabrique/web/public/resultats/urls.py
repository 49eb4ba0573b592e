"""Addresses of the published results.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.public.resultats import commons, downloads, views

app_name = "resultats"
urlpatterns = [
    path("", views.index, name="liste"),
    path("commun/<str:common_id>/", commons.detail, name="commun"),
    path("commun/<str:common_id>/version/<int:number>/", commons.version, name="commun-version"),
    path("commun/<str:common_id>/version/<int:number>/sources.json", commons.manifest, name="commun-sources"),
    path("commun/<str:common_id>/preuve/<str:figure_id>/", commons.proof, name="commun-preuve"),
    path("commun/<str:common_id>/resultats.csv", commons.results_csv, name="commun-csv"),
    path("commun/<str:common_id>/dictionnaire.csv", commons.dictionary_csv, name="commun-dictionnaire"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/version/<int:number>/", views.version, name="version"),
    path("<slug:slug>/preuve/<str:figure_id>/", views.proof, name="preuve"),
    path("<slug:slug>/resultats.csv", downloads.results_csv, name="csv"),
    path("<slug:slug>/dictionnaire.csv", downloads.dictionary_csv, name="dictionnaire"),
]
