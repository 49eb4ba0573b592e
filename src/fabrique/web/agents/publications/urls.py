"""Addresses of the agents' room of publications.

Fed by fabrique.web.urls. Feeds the views of this room.
"""

from django.urls import path

from fabrique.web.agents.publications import views

app_name = "agents-publications"
urlpatterns = [
    path("", views.index, name="liste"),
    path("preparer/<str:consultation_id>/", views.prepare, name="preparer"),
    path("<str:publication_id>/", views.detail, name="detail"),
    path("<str:publication_id>/apercu/", views.preview, name="apercu"),
    path("<str:publication_id>/valider/", views.validate, name="valider"),
    path("<str:publication_id>/publier/", views.publish, name="publier"),
    path("<str:publication_id>/abandonner/", views.discard, name="abandonner"),
]
