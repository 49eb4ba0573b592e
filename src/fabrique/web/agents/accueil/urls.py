"""Addresses of the agents' front room.

Fed by agents/accueil/views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.accueil import views

app_name = "agents"
urlpatterns = [
    path("", views.home, name="accueil"),
    path("composants/", views.components, name="composants"),
]
