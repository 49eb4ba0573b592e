"""Addresses of the room public/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.rencontres import views_registration

app_name = "rencontres"
urlpatterns = [
    path("<slug:slug>/inscription/", views_registration.ask, name="inscription"),
    path("<slug:slug>/inscription/envoyee/", views_registration.sent, name="inscription-envoyee"),
]
