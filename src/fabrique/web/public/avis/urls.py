"""Addresses of the room public/avis: formal consultations, the text sent, what it changed, and their data.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.avis import downloads, views

app_name = "avis"
urlpatterns = [
    path("", views.index, name="liste"),
    path("<slug:slug>/", views.detail, name="consultation"),
    path("<slug:slug>/consultes/<slug:consultee_id>/", views.opinion, name="avis"),
    path("<slug:slug>/texte/", views.text, name="texte"),
    path("<slug:slug>/propositions/", views.proposal, name="propositions"),
    path("<slug:slug>/differences/", views.changes, name="differences"),
    path("<slug:slug>/differences.pdf", views.changes_pdf, name="pdf"),
    path("<slug:slug>/avis.csv", downloads.opinions, name="csv-avis"),
    path("<slug:slug>/points.csv", downloads.points, name="csv-points"),
    path("<slug:slug>/changements.csv", downloads.changes, name="csv-changements"),
    path("<slug:slug>/<slug:name>.schema.json", downloads.schema, name="schema"),
]
