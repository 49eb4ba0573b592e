"""Addresses of the room agents/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-rencontres"
urlpatterns: list[URLPattern] = []
