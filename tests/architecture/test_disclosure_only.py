"""A figure's own counts leave by one door: restitution's release, which passes them through disclose()."""

import re

from tests.architecture.tree import FABRIQUE, parsed, python_files, shown, templates

#: who may read Figure.result, base and missing as computed
READERS = {
    "restitution/services/release.py",
    "restitution/services/tables.py",
    # signed-in agents answer for the counts: they read them before disclosure control
    "web/agents/publications/views.py",
    "web/agents/publications/templates/agents/publications/detail.html",
}
RESULT = re.compile(
    r"\b(figure|chiffre|one|parent|above)\.(result|base|missing)\b|figure__(result|base|missing)"
)


def outside(path):
    inside = path.relative_to(FABRIQUE).as_posix()
    return inside not in READERS and not inside.startswith("analysis/")


def test_the_readers_exist_and_read():
    for name in READERS:
        assert re.search(r"\.(result|base|missing)\b", (FABRIQUE / name).read_text("utf-8")), name


def test_no_other_module_nor_template_reads_a_figure_before_disclosure_control():
    files = [path for path in [*python_files("src"), *templates()] if path.is_relative_to(FABRIQUE)]
    assert [shown(path) for path in files if outside(path) and RESULT.search(path.read_text("utf-8"))] == []


def test_disclose_is_called_for_publication_by_release_alone():
    callers = []
    for path in python_files("src"):
        if path.is_relative_to(FABRIQUE) and re.search(r"import .*\bdisclose\b", path.read_text("utf-8")):
            callers.append(path.relative_to(FABRIQUE).as_posix())
    assert callers == ["observatory/services/clearance.py", "restitution/services/release.py"]


def test_values_of_the_observatory_leave_by_its_public_reads_alone():
    """Pages and the rows above read PublicValue, masked where clearance says so, never an Observation."""
    readers = {"web/agents/observatoire", "demo"}  # signed-in agents load, check and correct values
    guilty = []
    for path in python_files("src"):
        if not path.is_relative_to(FABRIQUE) or path.is_relative_to(FABRIQUE / "observatory"):
            continue
        if any(path.is_relative_to(FABRIQUE / reader) for reader in readers):
            continue
        if re.search(r"observatory\.models import .*\bObservation\b", path.read_text("utf-8")):
            guilty.append(shown(path))
    assert guilty == []


def test_the_page_the_proof_and_the_files_never_import_figures_of_the_analysis():
    rooms = [FABRIQUE / "web/public", FABRIQUE / "web/shared"]
    guilty = []
    for path in python_files("src"):
        if any(path.is_relative_to(room) for room in rooms):
            source = "\n".join(line for line in path.read_text("utf-8").splitlines() if "import" in line)
            if re.search(r"analysis\.models import .*\bFigure\b|\b(evaluate|compute_figure)\b", source):
                guilty.append(shown(path))
            assert parsed(path) is not None
    assert guilty == []
