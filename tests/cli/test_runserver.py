"""`fabrique runserver` on a fresh folder: one sentence, rather than an error on every page.

Fed by fabrique.cli. Feeds nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fabrique.cli import _static_gathered, main

HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def test_a_site_without_its_static_files_says_what_to_run(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STORAGES, settings.STATIC_ROOT, settings.DEBUG = HASHED, tmp_path, False
    assert main(["runserver", "127.0.0.1:0"]) == 2
    assert "fabrique collectstatic" in capsys.readouterr().err
    (tmp_path / "staticfiles.json").write_text("{}", "utf-8")
    assert _static_gathered()
    settings.STATIC_ROOT, settings.DEBUG = tmp_path / "ailleurs", True
    assert _static_gathered()
