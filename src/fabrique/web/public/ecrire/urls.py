"""Addresses of the room public/ecrire: calls for written contributions, the form, its receipt, the public list.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.ecrire import views

app_name = "ecrire"
urlpatterns = [
    path("", views.index, name="liste"),
    path("recu/", views.receipt, name="recu"),
    path("recu/effacer/", views.clear, name="effacer"),
    path("<slug:slug>/", views.call, name="appel"),
    path("<slug:slug>/envoyer/", views.deposit, name="deposer"),
]
