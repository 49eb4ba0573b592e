"""Addresses of the room public/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "rencontres"
urlpatterns: list[URLPattern] = []
