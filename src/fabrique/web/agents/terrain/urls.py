"""Addresses of the room agents/terrain.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-terrain"
urlpatterns: list[URLPattern] = []
