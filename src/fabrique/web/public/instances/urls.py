"""Addresses of the room public/instances: the bodies, one body, its sessions, its door and the receipt.

Fed by its views. Feeds web/urls.py, under /instances/.
"""

from django.urls import path

from fabrique.web.public.instances import views, views_door

app_name = "instances"
urlpatterns = [
    path("", views.index, name="liste"),
    path("recu/", views_door.receipt, name="recu"),
    path("recu/effacer/", views_door.clear, name="effacer"),
    path("<slug:slug>/", views.body, name="instance"),
    path("<slug:slug>/composition/", views.composition, name="composition"),
    path("<slug:slug>/ecrire/", views_door.write, name="ecrire"),
    path("<slug:slug>/seances/<str:session_id>/", views.session, name="seance"),
]
