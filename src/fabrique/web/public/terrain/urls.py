"""Addresses of the room public/terrain.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "terrain"
urlpatterns: list[URLPattern] = []
