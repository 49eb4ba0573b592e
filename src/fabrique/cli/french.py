"""What it is for: numbers and short phrases as the French write them, for the terminal and the report.
What feeds it: plain Python numbers.
What it feeds: fabrique.cli's report, progress and messages.
"""

from __future__ import annotations

THIN = "\u202f"
NBSP = "\u00a0"


def number(value: int) -> str:
    """12 345 with narrow no-break spaces."""
    return f"{value:,}".replace(",", THIN)


def percent(part: int, whole: int) -> str:
    """« 12,3 % », « moins de 0,1 % », or a dash where there is no whole."""
    if whole == 0:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.05:
        return f"moins de 0,1{NBSP}%"
    return f"{share:.1f}".replace(".", ",") + f"{NBSP}%"


def decimal(value: float, digits: int = 2) -> str:
    """0,75."""
    return f"{value:.{digits}f}".replace(".", ",")


def count(value: int, one: str, many: str) -> str:
    """« 1 réponse », « 0 réponse », « 12 réponses »: French keeps the singular under two."""
    return f"{number(value)}{NBSP}{one if value < 2 else many}"


def size(value: object) -> str:
    """A number of bytes in Mo or Go."""
    amount = float(str(value))
    return (
        f"{decimal(amount / 1e9, 1)}{NBSP}Go" if amount >= 1e9 else f"{number(round(amount / 1e6))}{NBSP}Mo"
    )
