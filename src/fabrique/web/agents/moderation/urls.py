"""Addresses of the room agents/moderation.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-moderation"
urlpatterns: list[URLPattern] = []
