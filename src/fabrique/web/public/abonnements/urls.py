"""Addresses of the pages that the links of messages open.

Fed by abonnements.views. Feeds web/urls.py, under /abonnements/.
"""

from django.urls import path

from fabrique.web.public.abonnements import views, views_meetings

app_name = "abonnements"
urlpatterns = [
    path("rencontres/<slug:slug>/", views_meetings.ask, name="rencontre"),
    path("rencontres/<slug:slug>/envoyee/", views_meetings.sent, name="rencontre-envoyee"),
    path("confirmer/<str:token>/", views.confirm_page, name="confirmer"),
    path("terminer/<str:token>/", views.end_page, name="terminer"),
    path("un-clic/<str:token>/", views.one_click, name="un-clic"),
]
