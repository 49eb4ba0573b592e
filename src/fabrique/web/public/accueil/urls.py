"""Addresses of the front room: home, sign-in, help, legal pages, machine-read files.

Fed by public/accueil/views. Feeds web/urls.py; every name is listed in web/public_routes.py.
"""

from django.urls import path

from fabrique.web.public.accueil import machines, session, views

urlpatterns = [
    path("", views.home, name="accueil"),
    path("connexion/", session.SignIn.as_view(), name="connexion"),
    path("deconnexion/", session.SignOut.as_view(), name="deconnexion"),
    path("affichage/", views.choose_display, name="affichage"),
    path("accessibilite/", views.page("accessibilite"), name="accessibilite"),
    path("mentions-legales/", views.page("mentions_legales"), name="mentions-legales"),
    path("donnees-personnelles/", views.personal_data, name="donnees-personnelles"),
    path("aide/", views.page("aide"), name="aide"),
    path("plan-du-site/", views.page("plan_du_site"), name="plan-du-site"),
    path(".well-known/security.txt", machines.security_txt, name="security-txt"),
    path("robots.txt", machines.robots_txt, name="robots-txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("sante/", machines.health, name="sante"),
]
