"""Addresses that ODK Collect and its like expect under the server's address (/terrain).

Fed by its views. Feeds web/urls.py. Names and spelling are OpenRosa's.
"""

from django.urls import path

from fabrique.web.public.terrain import views

app_name = "terrain"
urlpatterns = [
    path("formList", views.form_list, name="liste"),
    path("formulaires/<str:version_id>.xml", views.form, name="formulaire"),
    path("formulaires/<str:version_id>/manifeste.xml", views.manifest, name="manifeste"),
    path("formulaires/<str:version_id>/communes.csv", views.communes, name="communes"),
    path("submission", views.submission, name="envoi"),
]
