"""Verbs that make a room ready: tables with the code of their sheet, questions to work on.

Fed by the facilitator's pages. Feeds the room's screen, the table sheets and the items.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.meetings.models import Meeting, MeetingTheme, Prompt, Table

#: what a hall holds, and what a facilitator can put to discussion in one meeting
MOST_TABLES, MOST_PROMPTS = 60, 20
CODE_LENGTH = 5
#: letters and digits that cannot be taken for one another, written by hand or read aloud
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def set_tables(actor: Actor, *, meeting: Meeting, count: int) -> list[Table]:
    """Have tables 1 to `count`: missing ones are added; those beyond go, if nothing was said there.

    Raises Refused('tables.count'), and Refused('tables.used') where a table beyond holds items.
    """
    require(actor, "meetings.facilitate", meeting.territory)
    if not 1 <= count <= MOST_TABLES:
        raise Refused(
            "tables.count", _("Donnez un nombre de tables entre 1 et %(most)d.") % {"most": MOST_TABLES}
        )
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        beyond = meeting.tables.filter(number__gt=count)
        if beyond.filter(items__isnull=False).exists():
            raise Refused(
                "tables.used",
                _("Des propos sont notés à une table que vous retirez. Gardez-la, ou déplacez-les d’abord."),
            )
        beyond.delete()
        present = set(meeting.tables.values_list("number", flat=True))
        for number in range(1, count + 1):
            if number not in present:
                Table.objects.create(meeting=meeting, number=number, code=_new_code())
        journal.record(actor, "meetings.set_tables", meeting, reason=str(count))
    return list(meeting.tables.all())


def rename_table(actor: Actor, *, table: Table, label: str) -> Table:
    """Give a table a name (« Élus », « Salle du fond »); an empty one leaves its number alone."""
    require(actor, "meetings.facilitate", table.meeting.territory)
    with transaction.atomic():
        table.label = " ".join(label.split())[:80]
        table.save(update_fields=["label"])
        journal.record(actor, "meetings.rename_table", table)
    return table


def add_prompt(actor: Actor, *, meeting: Meeting, wording: str, theme: MeetingTheme | None = None) -> Prompt:
    """Add a question after the others. Raises Refused('prompt.empty') and Refused('prompts.count')."""
    require(actor, "meetings.facilitate", meeting.territory)
    wording = _worded(wording)
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        keys = set(meeting.prompts.values_list("key", flat=True))
        if len(keys) >= MOST_PROMPTS:
            raise Refused(
                "prompts.count",
                _("Une rencontre compte au plus %(most)d questions travaillées.") % {"most": MOST_PROMPTS},
            )
        last = meeting.prompts.aggregate(last=Max("position"))["last"]
        prompt = Prompt.objects.create(
            meeting=meeting,
            key=_new_key(wording, keys),
            position=0 if last is None else last + 1,
            wording=wording,
            theme=theme,
        )
        journal.record(actor, "meetings.add_prompt", prompt)
    return prompt


def prompts_from_themes(actor: Actor, *, meeting: Meeting) -> list[Prompt]:
    """One question a theme of the meeting that has none yet, worded as the programme puts it."""
    require(actor, "meetings.facilitate", meeting.territory)
    asked = set(meeting.prompts.exclude(theme=None).values_list("theme_id", flat=True))
    themes = [theme for theme in meeting.themes.all() if theme.pk not in asked]
    return [
        add_prompt(actor, meeting=meeting, wording=theme.question or theme.title, theme=theme)
        for theme in themes
    ]


def change_prompt(actor: Actor, *, prompt: Prompt, wording: str) -> Prompt:
    """Rewrite a question; its key stays, so that what was said under it stays there."""
    require(actor, "meetings.facilitate", prompt.meeting.territory)
    with transaction.atomic():
        prompt.wording = _worded(wording)
        prompt.save(update_fields=["wording"])
        journal.record(actor, "meetings.change_prompt", prompt)
    return prompt


def move_prompt(actor: Actor, *, prompt: Prompt, up: bool) -> None:
    """Exchange a question with the one above or below; at the end, nothing happens."""
    require(actor, "meetings.facilitate", prompt.meeting.territory)
    with transaction.atomic():
        rows = list(prompt.meeting.prompts.select_for_update())
        place = [row.pk for row in rows].index(prompt.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows):
            row.position = position
        Prompt.objects.bulk_update(rows, ["position"])
        journal.record(actor, "meetings.move_prompt", prompt)


def remove_prompt(actor: Actor, *, prompt: Prompt) -> None:
    """Take a question away. Raises Refused('prompt.used') where something was said under it."""
    require(actor, "meetings.facilitate", prompt.meeting.territory)
    with transaction.atomic():
        if prompt.items.exists():
            raise Refused(
                "prompt.used",
                _("Des propos répondent à cette question : elle reste. Vous pouvez la réécrire."),
            )
        journal.record(actor, "meetings.remove_prompt", prompt)
        prompt.delete()


def _worded(wording: str) -> str:
    wording = " ".join(wording.split())
    if not wording:
        raise Refused("prompt.empty", _("Écrivez la question."))
    return wording[:500]


def _new_key(wording: str, taken: set[str]) -> str:
    """A key from the first words, made unique; short enough to carry the kind of item behind it."""
    base = slugify(wording)[:30].strip("-") or "question"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def _new_code() -> str:
    """A code that no other table of the instance bears, so that it can be typed alone."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not Table.objects.filter(code=code).exists():
            return code
