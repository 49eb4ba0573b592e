"""Contrast of both themes, light and dark: 4.5:1 for text, 3:1 for what is drawn (WCAG 2.1).

Fed by our style sheets, over DSFR's values. Feeds nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

import dsfr
import pytest

STYLES = Path(__file__).resolve().parents[3] / "src" / "fabrique" / "static" / "fabrique"
DSFR = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist" / "dsfr.main.min.css"
COLOUR = re.compile(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b")


def palette(theme: str, display: str) -> dict[str, str]:
    """Colours as the browser resolves them: DSFR, then our sheets in the order of base.html."""
    found: dict[str, str] = {}
    for block in re.findall(r":root\{([^{}]*)\}", DSFR.read_text(encoding="utf-8")):
        found.update(COLOUR.findall(block))
    sheets = {
        ("dsfr", "clair"): [],
        ("dsfr", "sombre"): ["sombre.css"],
        ("neutre", "clair"): ["theme-neutre.css"],
        ("neutre", "sombre"): ["theme-neutre.css", "sombre.css", "sombre-neutre.css"],
    }
    for sheet in sheets[theme, display]:
        found.update(COLOUR.findall((STYLES / sheet).read_text(encoding="utf-8")))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_reckoning_agrees_with_the_values_of_the_standard() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


every_look = pytest.mark.parametrize(
    ("theme", "display"), [(t, d) for t in ("neutre", "dsfr") for d in ("clair", "sombre")]
)
BACKGROUNDS = ["--grey-1000-50", "--grey-975-75", "--grey-950-100", "--blue-france-975-75"]
TEXTS = ["--grey-50-1000", "--grey-200-850", "--grey-425-625", "--blue-france-sun-113-625"]


@every_look
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("text", [*TEXTS, "--red-marianne-425-625"])
def test_text_reads_on_every_background(theme: str, display: str, background: str, text: str) -> None:
    colours = palette(theme, display)
    assert ratio(colours[text], colours[background]) >= 4.5


@every_look
def test_the_main_button_reads(theme: str, display: str) -> None:
    colours = palette(theme, display)
    for state in ("", "-hover", "-active"):
        background = colours["--blue-france-sun-113-625" + state]
        assert ratio(colours["--blue-france-975-sun-113"], background) >= 4.5


@every_look
def test_the_demonstration_banner_reads(theme: str, display: str) -> None:
    colours = palette(theme, display)
    assert ratio(colours["--grey-50-1000"], colours["--red-marianne-925-125"]) >= 4.5


@every_look
@pytest.mark.parametrize("drawn", ["--blue-france-sun-113-625", "--red-marianne-main-472"])
def test_bars_and_focus_stand_out(theme: str, display: str, drawn: str) -> None:
    colours = palette(theme, display)
    for background in BACKGROUNDS:
        assert ratio(colours[drawn], colours[background]) >= 3


@every_look
@pytest.mark.parametrize("state", ["error", "success", "warning", "info"])
def test_messages_read_on_the_page(theme: str, display: str, state: str) -> None:
    colours = palette(theme, display)
    assert ratio(colours[f"--{state}-425-625"], colours["--grey-1000-50"]) >= 4.5


def test_each_look_has_its_own_colours() -> None:
    """A sheet that no longer parses would leave the tests above on DSFR's values alone."""
    looks = [palette(theme, display) for theme in ("neutre", "dsfr") for display in ("clair", "sombre")]
    for name in ("--blue-france-sun-113-625", "--red-marianne-425-625", "--blue-france-975-75"):
        assert len({look[name] for look in looks}) == 4
