"""Writing indicators and the versions of their definition: by hand, from a reader, from a file.

Fed by readers, by a file of definitions, by the agents' form. Feeds the versions that values belong to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.rights import require
from fabrique.common import clock, journal
from fabrique.common.errors import Refused
from fabrique.observatory.enums import Direction, Unit
from fabrique.observatory.models import DefinitionVersion, IndicatorDefinition
from fabrique.observatory.services.entries import Definition
from fabrique.territories.models import Territory

#: fields of a Definition that belong to the indicator; the others to its version
OF_INDICATOR = (
    "label",
    "unit",
    "unit_words",
    "direction",
    "description",
    "theme",
    "counts_persons",
    "decimals",
)
_REWORDABLE = ("label", "unit_words", "direction", "description", "theme", "decimals")
OF_VERSION = tuple(
    one.name for one in fields(Definition) if one.name not in OF_INDICATOR and one.name != "code"
)


def define(actor: Any, *, definition: Definition, reword: bool = True) -> DefinitionVersion:
    """The version that says this: found if it exists, else a new one; values keep the version they came with.

    An unused newest version is corrected in place. `reword` also brings label, theme and direction up to date.
    Raises Refused: observatory.unit, observatory.direction, observatory.unit_changed, observatory.source.
    """
    require(actor, "observatory.define", Territory.objects.perimeter())
    with transaction.atomic():
        version, verb = _stored(definition, reword)
        if verb:
            journal.record(actor, f"observatory.{verb}", version, reason=definition.code[:40])
    return version


def ensure(actor: Any, *, definitions: Iterable[Definition]) -> dict[str, DefinitionVersion]:
    """Versions by code, written where they are missing; wordings that people have changed stay theirs."""
    wanted = {one.code: one for one in definitions}
    found = existing(wanted.values())
    for code in sorted(wanted.keys() - found.keys()):
        found[code] = define(actor, definition=wanted[code], reword=False)
    return found


def existing(definitions: Iterable[Definition]) -> dict[str, DefinitionVersion]:
    """Versions by code that already say exactly this; writes nothing."""
    digests = {one.code: one.digest() for one in definitions}
    known = DefinitionVersion.objects.filter(definition__code__in=digests).select_related("definition")
    return {
        version.definition.code: version
        for version in known.order_by("number")
        if version.content_hash == digests[version.definition.code]
    }


def freeze(versions: Iterable[int]) -> int:
    """Versions that have just been used change no more; returns how many were not frozen yet."""
    count: int = DefinitionVersion.objects.filter(pk__in=list(versions), frozen_at__isnull=True).update(
        frozen_at=clock.now()
    )
    return count


def _stored(definition: Definition, reword: bool) -> tuple[DefinitionVersion, str]:
    """The version, and the verb of what was written (empty where nothing was)."""
    _checked(definition)
    indicator, created = IndicatorDefinition.objects.get_or_create(
        code=definition.code, defaults={name: getattr(definition, name) for name in OF_INDICATOR}
    )
    if indicator.unit != definition.unit or indicator.counts_persons != definition.counts_persons:
        raise Refused(
            "observatory.unit_changed",
            _(
                "L’unité de l’indicateur « %(code)s » ne change pas : ses valeurs ne seraient plus "
                "comparables. Créez un indicateur sous un autre code."
            )
            % {"code": definition.code},
        )
    reworded = not created and reword and _reworded(indicator, definition)
    digest = definition.digest()
    same = indicator.versions.filter(content_hash=digest).order_by("-number").first()
    if same is not None:
        return same, "reword" if reworded else ""
    said = {name: getattr(definition, name) for name in OF_VERSION}
    newest = indicator.versions.order_by("-number").first()
    if newest is not None and not newest.is_frozen and not newest.observations.exists():
        for name, value in said.items():
            setattr(newest, name, value)
        newest.content_hash = digest
        newest.save()
        return newest, "correct_definition"
    version = DefinitionVersion.objects.create(
        definition=indicator,
        number=1 if newest is None else newest.number + 1,
        content_hash=digest,
        supersedes=newest,
        **said,
    )
    return version, "define"


def _reworded(indicator: IndicatorDefinition, definition: Definition) -> bool:
    changed = [name for name in _REWORDABLE if getattr(indicator, name) != getattr(definition, name)]
    for name in changed:
        setattr(indicator, name, getattr(definition, name))
    if changed:
        indicator.save(update_fields=changed)
    return bool(changed)


def _checked(definition: Definition) -> None:
    if definition.unit not in Unit.values:
        raise Refused(
            "observatory.unit",
            _("L’unité « %(unit)s » n’existe pas. Unités possibles : %(known)s.")
            % {"unit": definition.unit, "known": ", ".join(Unit.values)},
        )
    if definition.direction not in Direction.values:
        raise Refused(
            "observatory.direction",
            _("Le sens souhaité s’écrit « rise » (hausse), « fall » (baisse) ou « none »."),
        )
    if not definition.source_name.strip():
        raise Refused(
            "observatory.source",
            _("Dites d’où vient l’indicateur : un chiffre sans source ne se publie pas."),
        )
