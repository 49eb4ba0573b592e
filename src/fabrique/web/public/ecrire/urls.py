"""Addresses of the room public/ecrire.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "ecrire"
urlpatterns: list[URLPattern] = []
