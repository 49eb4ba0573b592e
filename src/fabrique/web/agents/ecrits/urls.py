"""Addresses of the room agents/ecrits.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-ecrits"
urlpatterns: list[URLPattern] = []
