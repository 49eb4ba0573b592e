"""Addresses of the room agents/relais.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-relais"
urlpatterns: list[URLPattern] = []
