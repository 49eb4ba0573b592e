"""Addresses of the room agents/animation.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "agents-animation"
urlpatterns: list[URLPattern] = []
