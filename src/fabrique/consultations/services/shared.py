"""What the verbs of consultations share: tokens against lost updates, easy-read wordings, keys, states.

Fed by the other modules of this package. Feeds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.common.conflicts import token_of
from fabrique.common.enums import Language, Register
from fabrique.common.errors import Refused
from fabrique.common.models import Wording
from fabrique.consultations.enums import State, WordingKind
from fabrique.consultations.models import Consultation, QuestionnaireVersion

KEY_LENGTH = 50


def check_token(expected: str | None, present: Mapping[str, Any]) -> None:
    """Raise Refused('edit.conflict') where what is stored is not what the form showed (None: unchecked)."""
    if expected is not None and expected != token_of(present):
        raise Refused(
            "edit.conflict",
            _(
                "Une autre personne a enregistré une modification pendant que vous écriviez. "
                "Rien n’est perdu : comparez les deux textes ci-dessous, gardez ce qui convient, "
                "puis enregistrez de nouveau."
            ),
        )


def require_draft(consultation: Consultation) -> None:
    """Raise Refused once the consultation has opened: what was published beforehand no longer changes."""
    if consultation.state != State.DRAFT:
        raise Refused(
            "consultation.frozen",
            _("Cette consultation a été ouverte : ce qui a été publié avant l’ouverture ne change plus."),
        )


def require_unfrozen(version: QuestionnaireVersion) -> None:
    """Raise Refused on a frozen questionnaire."""
    if version.is_frozen:
        raise Refused(
            "questionnaire.frozen",
            _("Cette version du questionnaire est figée. Pour la corriger, créez une nouvelle version."),
        )


def new_key(wanted: str, label: str, taken: set[str]) -> str:
    """The wanted key, or one derived from the label, made unique among `taken` with -2, -3…

    Raises Refused on a wanted key that is taken or is no key at all.
    """
    if wanted:
        if slugify(wanted) != wanted.lower() or len(wanted) > KEY_LENGTH:
            raise Refused(
                "key.form", _("Une clé ne contient que des lettres sans accent, des chiffres et des tirets.")
            )
        if wanted in taken:
            raise Refused("key.taken", _("La clé « %(key)s » est déjà prise.") % {"key": wanted}, key=wanted)
        return wanted
    base = slugify(label)[: KEY_LENGTH - 4].strip("-") or "item"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def falc_of(kind: WordingKind, key: str) -> dict[str, str]:
    """{field: easy-read text} of one object."""
    rows = Wording.objects.filter(
        object_kind=str(kind), object_key=key, register=Register.EASY_READ, language=Language.FRENCH
    )
    return {row.field: row.text for row in rows}


def put_falc(kind: WordingKind, key: str, texts: Mapping[str, str]) -> None:
    """Store easy-read texts; an empty one takes the variant away."""
    for name, text in texts.items():
        where: dict[str, Any] = {
            "object_kind": str(kind),
            "object_key": key,
            "field": name,
            "language": Language.FRENCH,
            "register": Register.EASY_READ,
        }
        if text.strip():
            Wording.objects.update_or_create(**where, defaults={"text": text})
        else:
            Wording.objects.filter(**where).delete()


def drop_falc(kind: WordingKind, key: str) -> None:
    """Take away all the variants of an object that goes."""
    Wording.objects.filter(object_kind=str(kind), object_key=key).delete()


def path(version: QuestionnaireVersion, *keys: str) -> str:
    """The key of a wording inside a version: 'version/question/choice'."""
    return "/".join([str(version.public_id), *(keys or ("",))])
