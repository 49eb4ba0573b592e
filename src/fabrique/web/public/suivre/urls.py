"""Addresses of the follow-up of a response.

Fed by suivre.views. Feeds web/urls.py, under /suivre/.
"""

from django.urls import path

from fabrique.web.public.suivre import views

app_name = "suivre"
urlpatterns = [
    path("contester/<str:contribution_id>/", views.contest, name="contester"),
    path("", views.code, name="code"),
    path("r/<str:code>", views.link, name="lien"),
    path("reponse/", views.response, name="reponse"),
    path("retirer/", views.withdraw, name="retirer"),
    path("retiree/", views.withdrawn, name="retiree"),
    path("quitter/", views.leave, name="quitter"),
]
