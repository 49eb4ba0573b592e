"""Addresses of the room agents/imports.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-imports"
urlpatterns: list[URLPattern] = []
