"""Rules of a mapping, whoever wrote it: a screen, a file of the command line, or the memory of last time.

Fed by guessing and by people. Feeds the verbs of services.jobs with refusals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.contributions.enums import Channel, Unit
from fabrique.imports.enums import ANSWERING, REPEATABLE, ColumnRole, ImportKind
from fabrique.imports.models import ImportJob, ImportMapping
from fabrique.imports.services import guessing

#: an online answer is dated now and counted as such: what comes from elsewhere has another channel
CHANNELS = (
    Channel.IMPORT,
    Channel.PAPER,
    Channel.TELEPHONE,
    Channel.WORKSHOP,
    Channel.MEETING,
    Channel.WRITTEN,
)
LONGEST_WORDING = 2_000
_KEPT = frozenset(
    {
        "name",
        "role",
        "question",
        "wording",
        "group",
        "choice",
        "rank",
        "values",
        "prefix",
        "wording_of",
        "means",
    }
)


def check(mapping: Mapping[str, Any], columns: Sequence[str], unit: str) -> dict[str, Any]:
    """The mapping, with keys, once it makes sense.

    Raises Refused: mapping.unit, mapping.channel, mapping.column, mapping.role, mapping.twice,
    mapping.nothing, mapping.personal, mapping.wording, mapping.form.
    """
    if unit not in Unit.values:
        raise Refused(
            "mapping.unit",
            _("Dites qui parle dans ce fichier : des personnes, des groupes ou des organisations."),
        )
    channel = str(mapping.get("channel", Channel.IMPORT))
    if channel not in CHANNELS:
        raise Refused("mapping.channel", _("Ce canal ne convient pas à un import. Choisissez-en un autre."))
    given = _columns(mapping)
    _check_columns(given, columns, unit)
    plain: dict[str, Any] = {
        "channel": channel,
        "record": str(mapping.get("record", "row"))[:20],
        "columns": [{name: column[name] for name in _KEPT if name in column} for column in given],
    }
    if mapping.get("declares"):
        plain["declares"] = True
    return guessing.with_keys(plain)


def _columns(mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = mapping.get("columns")
    if not isinstance(given, list) or not all(
        isinstance(column, dict) and isinstance(column.get("name"), str) for column in given
    ):
        raise Refused("mapping.form", _("La correspondance des colonnes n’a pas la forme attendue."))
    return given


def _check_columns(given: Sequence[Mapping[str, Any]], columns: Sequence[str], unit: str) -> None:
    roles = Counter(str(column.get("role")) for column in given)
    for column in given:
        _check_column(column, columns, unit)
    for role in ColumnRole.values:
        if roles[role] > 1 and role not in REPEATABLE:
            raise Refused(
                "mapping.twice",
                _("Deux colonnes ont le même usage, « %(role)s ». Gardez-en une.")
                % {"role": ColumnRole(role).label},
                role=role,
            )
    if not any(roles[role] for role in ANSWERING):
        raise Refused(
            "mapping.nothing", _("Choisissez au moins une colonne de texte libre ou de réponse fermée.")
        )


def _check_column(column: Mapping[str, Any], columns: Sequence[str], unit: str) -> None:
    name, role = column["name"], column.get("role")
    if role not in ColumnRole.values:
        raise Refused("mapping.role", _("Cet usage de colonne n’existe pas."), column=name)
    if role == ColumnRole.IGNORE:
        return
    if name not in columns:
        raise Refused(
            "mapping.column",
            _("La colonne « %(name)s » n’est pas dans le fichier.") % {"name": name[:80]},
            column=name,
        )
    if role != ColumnRole.IDENTITY and role in ANSWERING and guessing.personal(name):
        raise Refused(
            "mapping.personal",
            _(
                "La colonne « %(name)s » contient des noms, des adresses ou des comptes : "
                "elle ne s’importe pas comme une réponse."
            )
            % {"name": name[:80]},
            column=name,
        )
    if role in ANSWERING and not 0 < len(str(column.get("wording") or name)) <= LONGEST_WORDING:
        raise Refused("mapping.wording", _("L’énoncé d’une question est trop long."), column=name)
    _check_details(column, unit)


def _check_details(column: Mapping[str, Any], unit: str) -> None:
    role = column["role"]
    wanted = {ColumnRole.TICK: ("choice", str), ColumnRole.RANK: ("rank", int)}.get(role)
    incomplete = wanted is not None and not isinstance(column.get(wanted[0]), wanted[1])
    if incomplete or not isinstance(column.get("values", {}), dict):
        raise Refused(
            "mapping.form",
            _("La colonne « %(name)s » ne se lit pas ainsi. Choisissez un autre usage.")
            % {"name": column["name"][:80]},
            column=column["name"],
        )
    if role == ColumnRole.PEOPLE and unit != Unit.GROUP:
        raise Refused(
            "mapping.people",
            _("Seul le propos d’un groupe a un nombre de personnes. Choisissez l’unité « groupe »."),
            column=column["name"],
        )


def start_from(job: ImportJob, sample: Sequence[Sequence[str]]) -> tuple[dict[str, Any], str, str]:
    """(mapping, unit, where it comes from: « report », « memory » or « guess ») for a file just sent."""
    columns = job.layout["columns"]
    if job.corrects is not None:
        return _restricted(job.corrects.mapping, columns), job.corrects.unit, "report"
    known = ImportMapping.objects.filter(
        kind=job.kind, signature=guessing.signature_of(columns), perimeter=job.perimeter
    ).first()
    if known is not None:
        return _restricted(known.mapping, columns), known.unit, "memory"
    guessed = guessing.guess(job.kind, columns, sample)
    return guessed, str(guessed.pop("unit", "")), "guess"


def _restricted(mapping: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """The same mapping for a file that holds a part of the columns."""
    return {**mapping, "columns": [column for column in mapping["columns"] if column["name"] in columns]}


def suits(kind: str) -> bool:
    """Whether a kind of file has columns to map."""
    return kind in (ImportKind.DECIDIM, ImportKind.LIMESURVEY, ImportKind.GRANDDEBAT, ImportKind.TABLE)
