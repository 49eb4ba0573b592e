"""Units, channels and states of the corpus. Units are counted apart and never summed.

Fed by the design. Feeds every channel, the analysis and what is published.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    PERSON = "personne", _("personne")
    GROUP = "groupe", _("groupe")
    ORGANISATION = "organisation", _("organisation")


class Channel(models.TextChoices):
    WEB = "en-ligne", _("consultation en ligne")
    PAPER = "papier", _("questionnaire papier")
    TELEPHONE = "telephone", _("téléphone")
    WORKSHOP = "atelier", _("atelier citoyen")
    MEETING = "reunion", _("réunion publique")
    WRITTEN = "ecrit", _("contribution écrite")
    IMPORT = "import", _("import")


class Help(models.TextChoices):
    """Who holds the pen."""

    ALONE = "moi", _("pour moi")
    RELATIVE = "proche", _("pour un proche")
    HELPED = "aide", _("avec l’aide de quelqu’un")


class SourceKind(models.TextChoices):
    CONSULTATION = "consultation", _("consultation")
    MEETING = "reunion", _("réunion")
    WRITTEN = "ecrit", _("contributions écrites")
    IMPORT = "import", _("import")


class Moderation(models.TextChoices):
    UNREAD = "non-lu", _("non lu")
    READ = "lu", _("lu")
    HIDDEN = "ecarte", _("écarté de la publication")


class HidingReason(models.TextChoices):
    """Why a text is kept from publication. Stays in the analysis: hiding is about what is shown."""

    IDENTIFYING = "identifiant", _("peut faire reconnaître une personne ou un établissement")
    DEFAMATION = "diffamation", _("accusation contre une personne ou un établissement")
    ABUSE = "injure", _("injure ou propos haineux")
    DISTRESS = "detresse", _("situation de détresse")
    ADVERTISING = "publicite", _("publicité ou message automatique")
    OFF_TOPIC = "hors-sujet", _("hors sujet")


class ErasureReason(models.TextChoices):
    WITHDRAWN = "retrait", _("retrait par la personne")
    EXPIRED = "duree", _("fin de la durée de conservation")
    RIGHTS = "droits", _("exercice des droits auprès de l’agence")
