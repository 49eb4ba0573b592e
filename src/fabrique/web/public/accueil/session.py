"""Signing in and out.

Fed by SignInForm. Feeds Django's session; no address of anybody is stored.
"""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView

from fabrique.web.public.accueil.forms import SignInForm


class SignIn(LoginView):
    template_name = "public/accueil/connexion.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """By POST only: a link or an image elsewhere cannot sign somebody out."""

    http_method_names = ["post", "options"]
