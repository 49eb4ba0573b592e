"""Addresses of the room public/plan.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "plan"
urlpatterns: list[URLPattern] = []
