"""Addresses of the room public/abonnements.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "abonnements"
urlpatterns: list[URLPattern] = []
