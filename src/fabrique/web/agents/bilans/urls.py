"""Addresses of the room agents/bilans.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-bilans"
urlpatterns: list[URLPattern] = []
