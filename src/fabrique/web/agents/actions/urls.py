"""Addresses of the room agents/actions.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-actions"
urlpatterns: list[URLPattern] = []
