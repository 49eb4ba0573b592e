"""Addresses of the room agents/plan.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-plan"
urlpatterns: list[URLPattern] = []
