"""What a file would change, in words for the preview: by section, each field before and after.

Fed by layout.difference. Feeds templates/agents/plan/charger.html.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fabrique.plan.services.layout.difference import Change, Difference
from fabrique.plan.services.layout.spec import LEVELS, PLAN_FIELDS
from fabrique.plan.services.layout.writing import canonical_json

#: characters of a value shown in the preview
_SHOWN = 300


def sections_of(found: Difference) -> list[dict[str, Any]]:
    """One entry a section that changes: added, changed with its fields, kept though absent, reordered."""
    heads = {each.name: str(each.label) for each in PLAN_FIELDS}
    sections = []
    if found.plan:
        head = [{"cle": "", "champs": [_shown(change, heads) for change in found.plan]}]
        sections.append({"titre": _("En-tête du plan"), "changes": head})
    for level in LEVELS:
        labels = {each.name: str(each.label) for each in level.fields}
        entry = {
            "titre": level.label,
            "ajoutes": found.added.get(level.section, []),
            "changes": [
                {"cle": key, "champs": [_shown(change, labels) for change in changes]}
                for key, changes in found.changed.get(level.section, {}).items()
            ],
            "gardes": found.missing.get(level.section, []),
            "ordre": level.section in found.reordered,
        }
        if entry["ajoutes"] or entry["changes"] or entry["gardes"] or entry["ordre"]:
            sections.append(entry)
    if found.previous is not None:
        for entry in sections_of(found.previous):
            sections.append(
                {**entry, "titre": _("Plan précédent : %(section)s") % {"section": entry["titre"]}}
            )
    return sections


def _shown(change: Change, labels: dict[str, str]) -> dict[str, str]:
    return {
        "nom": labels.get(change.field, change.field),
        "avant": _words(change.before),
        "apres": _words(change.after),
    }


def _words(value: Any) -> str:
    if value in (None, "", [], {}):
        return _("(vide)")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        text = ", ".join(value)
    elif isinstance(value, dict) and set(value) == {"name", "kind", "territory"}:
        text = value["name"]
    else:
        text = value if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
