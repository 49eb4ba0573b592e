"""What became of a table's statement, for whoever holds its slip: the minutes that hold it, its initiative.

Fed by published minutes and initiatives. Feeds the follow-up page, through web/shared/followup.py.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from fabrique.contributions.enums import SourceKind, Unit
from fabrique.contributions.models import Participation
from fabrique.meetings.enums import MinutesState
from fabrique.meetings.models import Initiative, Item, Minutes, Transmission
from fabrique.web.shared.followup import News, providers
from fabrique.web.templatetags.francais import date_longue


def news_of_meetings(participation: Participation) -> list[News]:
    """Nothing for what was not said in a meeting."""
    if participation.unit != Unit.GROUP or participation.source.kind != SourceKind.MEETING:
        return []
    item = (
        Item.objects.filter(contribution__participation=participation)
        .select_related("table__meeting__programme")
        .first()
    )
    if item is None:
        return []
    meeting = item.table.meeting
    minutes = Minutes.objects.filter(meeting=meeting, state=MinutesState.PUBLISHED).first()
    found = []
    if minutes is not None and meeting.programme.published_at:
        found.append(
            News(
                None,
                _("Le compte rendu est publié."),
                _("Il est signé par %(name)s, %(title)s, le %(date)s.")
                % {
                    "name": minutes.signatory_name,
                    "title": minutes.signatory_title,
                    "date": date_longue(minutes.signed_at),
                },
                reverse("rencontres:compte_rendu", args=[meeting.slug]),
            )
        )
    for sent in Transmission.objects.filter(minutes__meeting=meeting).order_by("sent_on"):
        found.append(
            News(
                None,
                _("Le compte rendu est transmis."),
                _("Destinataire : %(recipient)s, le %(date)s.")
                % {"recipient": sent.recipient, "date": date_longue(sent.sent_on)},
            )
        )
    return [*found, *_initiative(item)]


def _initiative(item: Item) -> list[News]:
    """Its sheet, and what the agency decided of it."""
    sheet = Initiative.objects.public().filter(item=item).first()
    if sheet is None:
        return []
    decision = sheet.decisions.filter(published_at__isnull=False).first()
    sentence = _("L’agence n’a pas encore décidé.")
    if decision is not None:
        sentence = _("Décision de l’agence, le %(date)s : %(decision)s.") % {
            "date": date_longue(decision.decided_on),
            "decision": decision.get_kind_display(),
        }
    return [
        News(
            item.contribution_id,
            _("Une fiche d’initiative en est née."),
            sentence,
            reverse("rencontres:initiative", args=[sheet.public_id]),
        )
    ]


def register() -> None:
    """Called once, when the site starts."""
    providers.register("rencontres", news_of_meetings)
