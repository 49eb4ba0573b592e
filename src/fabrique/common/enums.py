"""Words shared by every app: language and register of a wording.

Fed by nothing. Feeds models and forms.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")
    OCCITAN = "oc", _("occitan")
    CATALAN = "ca", _("catalan")
    SPANISH = "es", _("espagnol")
    ARABIC = "ar", _("arabe")


class Register(models.TextChoices):
    STANDARD = "standard", _("standard")
    EASY_READ = "falc", _("facile à lire et à comprendre")


class ReviewState(models.TextChoices):
    DRAFT = "brouillon", _("à relire")
    REVIEWED = "relu", _("relu")
