"""Addresses of the room public/instances.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "instances"
urlpatterns: list[URLPattern] = []
