"""Addresses of the room agents/avis.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-avis"
urlpatterns: list[URLPattern] = []
