"""Public addresses of a consultation: its page, its notice, its documents.

Fed by consultations.views. Feeds web/urls.py, under /consultations/.
"""

from django.urls import path

from fabrique.web.public.consultations import views, views_printing

app_name = "consultations"
urlpatterns = [
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/donnees-personnelles/", views.notice, name="notice"),
    path("<slug:slug>/fiche-de-preparation/", views_printing.preparation, name="preparation"),
    path("<slug:slug>/enregistrements/<str:recording>/", views.recording, name="enregistrement"),
    path("<slug:slug>/documents/<str:document>/", views.document, name="document"),
]
