"""Addresses of the room agents/observatoire.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-observatoire"
urlpatterns: list[URLPattern] = []
