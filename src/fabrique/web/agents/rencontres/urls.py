"""Addresses of the room agents/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.rencontres.views import (
    attendance,
    attendance_prints,
    attendance_registrations,
    meetings,
    press,
    programmes,
)

app_name = "agents-rencontres"
urlpatterns = [
    path("", programmes.listing, name="liste"),
    path("programmes/nouveau/", programmes.new, name="programme-nouveau"),
    path("programmes/<str:programme_id>/", programmes.detail, name="programme"),
    path("programmes/<str:programme_id>/ecrire/", programmes.edit, name="programme-ecrire"),
    path("programmes/<str:programme_id>/themes/", programmes.themes, name="themes"),
    path("programmes/<str:programme_id>/publier/", programmes.publish, name="programme-publier"),
    path("programmes/<str:programme_id>/retirer/", programmes.withdraw, name="programme-retirer"),
    path("programmes/<str:programme_id>/rencontre/", meetings.new, name="rencontre-nouvelle"),
    path("programmes/<str:programme_id>/communique/", programmes.draft_release, name="communique"),
    path("presse/<str:press_id>/", press.detail, name="presse"),
    path("presse/<str:press_id>/reprendre/", press.redraft, name="presse-reprendre"),
    path("presse/<str:press_id>/approuver/", press.approve, name="presse-approuver"),
    path("presse/<str:press_id>/document.pdf", press.as_pdf, name="presse-pdf"),
    path("presse/<str:press_id>/document.docx", press.as_docx, name="presse-docx"),
    path("<str:public_id>/", meetings.detail, name="rencontre"),
    path("<str:public_id>/ecrire/", meetings.edit, name="rencontre-ecrire"),
    path("<str:public_id>/date/", meetings.schedule, name="rencontre-date"),
    path("<str:public_id>/deplacer/", meetings.move, name="rencontre-deplacer"),
    path("<str:public_id>/reporter/", meetings.postpone, name="rencontre-reporter"),
    path("<str:public_id>/annuler/", meetings.cancel, name="rencontre-annuler"),
    path("<str:public_id>/seances/", meetings.sessions, name="seances"),
    path("<str:public_id>/inscriptions/ouvrir/", meetings.open_registration, name="inscriptions-ouvrir"),
    path("<str:public_id>/inscriptions/fermer/", meetings.close_registration, name="inscriptions-fermer"),
    path("<str:public_id>/tenue/", meetings.held, name="rencontre-tenue"),
    path("<str:public_id>/invitation/", meetings.draft_invitation, name="invitation"),
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
