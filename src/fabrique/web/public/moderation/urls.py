"""Addresses of the room public/moderation.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "moderation"
urlpatterns: list[URLPattern] = []
