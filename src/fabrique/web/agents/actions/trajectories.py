"""A trajectory as a lead writes it, one step a line, and back.

Fed by Indicator.trajectory and by what leads type. Feeds the form of an indicator.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fabrique.plan.services.sheets.files import french_number

_STEP = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})\s*[:=]?\s*(\d{1,3}(?:[.,]\d+)?)\s*%$")


def written_trajectory(steps: list[dict[str, Any]]) -> str:
    """One step a line: « 31/12/2026 40 % »."""
    lines = []
    for step in steps:
        day = date.fromisoformat(step["date"])
        lines.append(f"{day:%d/%m/%Y} {french_number(round(100 * step['share'], 6))} %")
    return "\n".join(lines)


def read_trajectory(text: str) -> list[dict[str, Any]]:
    """What written_trajectory writes, back. Raises ValidationError."""
    steps = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        found = _STEP.match(line)
        try:
            if found is None:
                raise ValueError(line)
            day = date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError as error:
            raise ValidationError(
                _("Écrivez chaque étape comme 31/12/2026 40 %%. Cette ligne ne se lit pas : « %(line)s ».")
                % {"line": line[:60]}
            ) from error
        steps.append({"date": day.isoformat(), "share": float(found[4].replace(",", ".")) / 100})
    return steps
