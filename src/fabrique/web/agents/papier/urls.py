"""Addresses of the room agents/papier.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-papier"
urlpatterns: list[URLPattern] = []
