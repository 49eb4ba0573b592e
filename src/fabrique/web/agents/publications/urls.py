"""Addresses of the agents' room of publications.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.agents.publications import commons, views

app_name = "agents-publications"
urlpatterns = [
    path("", views.index, name="liste"),
    path("preparer/<str:consultation_id>/", views.prepare, name="preparer"),
    path("communes/preparer/<str:common_id>/", commons.prepare, name="preparer-commune"),
    path("communes/<str:commune_id>/", commons.detail, name="commune"),
    path("communes/<str:commune_id>/apercu/", commons.preview, name="apercu-commune"),
    path("communes/<str:commune_id>/valider/", commons.validate, name="valider-commune"),
    path("communes/<str:commune_id>/publier/", commons.publish, name="publier-commune"),
    path("communes/<str:commune_id>/abandonner/", commons.discard, name="abandonner-commune"),
    path("<str:publication_id>/", views.detail, name="detail"),
    path("<str:publication_id>/apercu/", views.preview, name="apercu"),
    path("<str:publication_id>/valider/", views.validate, name="valider"),
    path("<str:publication_id>/publier/", views.publish, name="publier"),
    path("<str:publication_id>/abandonner/", views.discard, name="abandonner"),
]
