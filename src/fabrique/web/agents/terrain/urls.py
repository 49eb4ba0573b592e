"""Addresses of the agents' room of the field: devices, slips, forms out and in.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.terrain import views

app_name = "agents-terrain"
urlpatterns = [
    path("", views.index, name="liste"),
    path("appareils/<str:device_id>/retirer/", views.revoke, name="retirer"),
    path("tickets/", views.slips, name="tickets"),
    path("formulaires/<str:consultation_id>.xlsx", views.workbook, name="xlsform"),
    path("formulaires/<str:consultation_id>.xml", views.xform, name="xform"),
    path("formulaires/<str:consultation_id>/recevoir/", views.receive, name="recevoir"),
]
