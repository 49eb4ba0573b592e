"""Registration as a purpose of subscriptions: its words, its term, what follows each gesture.

Fed by MeetingsConfig.ready(). Feeds the pages that the links of messages open.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from fabrique.meetings.enums import RegistrationState
from fabrique.meetings.models import Meeting, Registration
from fabrique.meetings.services.registration import (
    PURPOSE,
    confirm_registration,
    end_registration,
    keep_until,
    rank,
)
from fabrique.meetings.services.registration_letters import facts_of, page_of
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import Purpose, Words, purposes


def words(subscription: Subscription) -> Words:
    """What the pages of the links say of this registration, as it stands."""
    meeting = Meeting.objects.filter(public_id=subscription.reference).first()
    held = Registration.objects.filter(subscription=subscription).select_related("meeting").first()
    heading, sentence = _confirmed(held)
    return Words(
        title=meeting.title if meeting else _("Cette rencontre n’est plus sur le site."),
        details=facts_of(meeting) if meeting else (),
        confirm_heading=_("Confirmer votre inscription"),
        confirm_button=_("Confirmer mon inscription"),
        confirmed_heading=heading,
        confirmed_sentence=sentence,
        end_heading=_("Annuler votre inscription ?"),
        end_sentence=_(
            "Votre place ira à la personne suivante. "
            "Votre adresse, votre nom et vos besoins d’accessibilité seront effacés aussitôt."
        ),
        end_button=_("Annuler mon inscription"),
        ended_heading=_("Votre inscription est annulée"),
        ended_sentence=_("Votre adresse, votre nom et vos besoins d’accessibilité sont effacés."),
        back=(page_of(meeting), _("Voir la page de la rencontre")) if meeting else ("", ""),
    )


def _confirmed(held: Registration | None) -> tuple[str, str]:
    if held is not None and held.state == RegistrationState.WAITING:
        return (
            _("Vous êtes sur la liste d’attente"),
            _(
                "Toutes les places sont prises. Votre rang sur la liste : %(rank)d. Un message vous préviendra."
            )
            % {"rank": rank(held)},
        )
    return (
        _("Votre inscription est confirmée"),
        _("Votre place est retenue. Un message vous le confirme, avec un fichier pour votre agenda."),
    )


def declare() -> None:
    """Register the purpose, once, when the app loads."""
    purposes.register(
        PURPOSE,
        Purpose(
            words=words,
            keep_until=keep_until,
            on_confirm=confirm_registration,
            on_end=end_registration,
            one_click=False,
        ),
    )
