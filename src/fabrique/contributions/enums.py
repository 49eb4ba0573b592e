"""Units, channels and states of the corpus. Units are counted apart and never summed.

Fed by the design. Feeds every channel, the analysis and what is published.
"""

from django.db import models


class Unit(models.TextChoices):
    PERSON = "personne", "personne"
    GROUP = "groupe", "groupe"
    ORGANISATION = "organisation", "organisation"


class Channel(models.TextChoices):
    WEB = "en-ligne", "consultation en ligne"
    PAPER = "papier", "questionnaire papier"
    TELEPHONE = "telephone", "téléphone"
    WORKSHOP = "atelier", "atelier citoyen"
    MEETING = "reunion", "réunion publique"
    WRITTEN = "ecrit", "contribution écrite"
    IMPORT = "import", "import"


class Help(models.TextChoices):
    """Who holds the pen."""

    ALONE = "moi", "pour moi"
    RELATIVE = "proche", "pour un proche"
    HELPED = "aide", "avec l’aide de quelqu’un"


class SourceKind(models.TextChoices):
    CONSULTATION = "consultation", "consultation"
    MEETING = "reunion", "réunion"
    IMPORT = "import", "import"


class Moderation(models.TextChoices):
    UNREAD = "non-lu", "non lu"
    READ = "lu", "lu"
    HIDDEN = "ecarte", "écarté de la publication"


class HidingReason(models.TextChoices):
    """Why a text is kept from publication. Stays in the analysis: hiding is about what is shown."""

    IDENTIFYING = "identifiant", "peut faire reconnaître une personne ou un établissement"
    DEFAMATION = "diffamation", "accusation contre une personne ou un établissement"
    ABUSE = "injure", "injure ou propos haineux"
    DISTRESS = "detresse", "situation de détresse"
    ADVERTISING = "publicite", "publicité ou message automatique"
    OFF_TOPIC = "hors-sujet", "hors sujet"


class ErasureReason(models.TextChoices):
    WITHDRAWN = "retrait", "retrait par la personne"
    EXPIRED = "duree", "fin de la durée de conservation"
    RIGHTS = "droits", "exercice des droits auprès de l’agence"
