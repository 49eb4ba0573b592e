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
    FIELD = "terrain", _("recueil sur le terrain")
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
    #: the public door of a body of health democracy
    DOOR = "instance", _("questions aux instances")
    #: several sources read together by one analysis; nobody answers to it, it holds no participation of its own
    COMMON = "commun", _("corpus commun")


class Moderation(models.TextChoices):
    UNREAD = "non-lu", _("non lu")
    READ = "lu", _("lu")
    HIDDEN = "ecarte", _("écarté de la publication")


class Signal(models.TextChoices):
    """What the program saw in a text, to put it first in the queue: it sorts, a person decides."""

    DISTRESS = "detresse", _("mots de détresse")
    ABUSE = "injure", _("mots injurieux")
    ADVERTISING = "publicite", _("plusieurs liens")


class AlertOutcome(models.TextChoices):
    """How an alert was closed by the person who took it. The procedure page says when each applies."""

    NO_DANGER = "sans-danger", _("lue : aucune situation de danger")
    NO_WAY = "sans-moyen", _("lue : danger possible, personne à joindre")
    REFERRED = "transmise", _("transmise au service compétent")
    REPORTED = "article-40", _("signalée au procureur (article 40)")


class ContestState(models.TextChoices):
    OPEN = "ouverte", _("en attente de réponse")
    UPHELD = "maintenue", _("décision maintenue")
    LIFTED = "levee", _("décision levée")


class ErasureReason(models.TextChoices):
    WITHDRAWN = "retrait", _("retrait par la personne")
    EXPIRED = "duree", _("fin de la durée de conservation")
    RIGHTS = "droits", _("exercice des droits auprès de l’agence")
    #: a statement of a group said otherwise by its signatory: it is not a withdrawal, another row stands for it
    CORRECTED = "corrige", _("correction par le signataire")
