"""Addresses of the room agents/instances.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-instances"
urlpatterns: list[URLPattern] = []
