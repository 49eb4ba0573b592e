"""Addresses of the room agents/relais.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.relais import views

app_name = "agents-relais"
urlpatterns = [
    path("", views.index, name="liste"),
    path("<slug:relay_id>/", views.detail, name="relais"),
    path("<slug:relay_id>/decider/<slug:decision>/", views.decide, name="decider"),
    path("<slug:relay_id>/lien/<slug:user_id>/", views.invite_again, name="lien"),
    path("<slug:relay_id>/preparer/<slug:consultation_id>/", views.prepare, name="preparer"),
    path("<slug:relay_id>/dossier/<slug:consultation_id>/", views.kit, name="dossier"),
]
