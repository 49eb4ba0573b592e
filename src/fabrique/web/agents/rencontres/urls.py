"""Addresses of the room agents/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.rencontres.views import attendance, attendance_prints, attendance_registrations

app_name = "agents-rencontres"
urlpatterns = [
    path("<str:public_id>/inscriptions/", attendance_registrations.registrations, name="inscriptions"),
    path(
        "<str:public_id>/inscriptions/<str:registration_id>/annuler/",
        attendance_registrations.cancel,
        name="inscription-annuler",
    ),
    path("<str:public_id>/presences/", attendance.ticks, name="presences"),
    path("<str:public_id>/presences/comptage/", attendance.counts, name="presences-comptage"),
    path("<str:public_id>/emargement.pdf", attendance_prints.sheet, name="emargement"),
    path("<str:public_id>/badges.pdf", attendance_prints.badges, name="badges"),
]
