"""What waits in the room of moderation, for the agents' home page.

Fed by contributions. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.contributions.models import Alert, AlertContact, Contest, Contribution


def count(actor: Agent) -> tuple[int, str]:
    """Alerts and contests first; then texts never read; and a word where nobody receives the alerts."""
    alerts = Alert.objects.visible_to(actor).waiting().count()
    contests = Contest.objects.visible_to(actor).waiting().count()
    if alerts or contests:
        said = ngettext("%(count)d alerte", "%(count)d alertes", alerts) % {"count": alerts}
        also = ngettext("%(count)d contestation", "%(count)d contestations", contests) % {"count": contests}
        return alerts + contests, f"{said}, {also}"
    unread = Contribution.objects.visible_to(actor).queue().count()
    sentence = ngettext("%(count)d texte à lire", "%(count)d textes à lire", unread) % {"count": unread}
    if not AlertContact.objects.exists():
        sentence = _("%(texts)s ; aucun destinataire des alertes n’est désigné") % {"texts": sentence}
    return unread, sentence
