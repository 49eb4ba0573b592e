"""`fabrique equity`: every measure that applies, in JSON or in French, one sentence for each refusal.

Fed by files written here. Feeds the promise made to whoever types the command.
"""

import json
import re
import subprocess
import sys
from importlib.resources import files

import pytest

from fabrique.cli import equity_words, main, usage
from tests.fabrique_core.equity.test_vector import QUINTILES, VECTOR

HEADER = "setting,date,indicator,favourable,dimension,ordered,subgroup,order,population,estimate,se"
ROWS = [f"Occitanie,2022,Dépistage,1,quintile,1,Q{i},{i},1000,{y:g}," for i, y in enumerate(QUINTILES, 1)]


@pytest.fixture
def table(tmp_path):
    def write(*lines, header=HEADER, name="table.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return str(path)

    return write


def answer(capsys, *argv):
    assert main(["equity", *argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_vector_comes_out_in_json(table, capsys):
    found = answer(capsys, table(*ROWS))
    (result,) = found["results"]
    assert {
        code: round(result["measures"][code]["value"], digits) for code, (_, digits) in VECTOR.items()
    } == {code: value for code, (value, _) in VECTOR.items()}
    assert (result["mean"]["value"], result["scale"], result["scale_assumed"]) == (60, 100, True)
    assert result["read_together"] == ["SII", "RII"]
    assert (found["refused"], result["set_aside"]) == ([], {})
    assert (result["setting"], result["lines"]) == ("Occitanie", [2, 6])


def test_intervals_come_with_standard_errors(table, capsys):
    (result,) = answer(capsys, table(*(row + "2" for row in ROWS)), "--confidence", "0,9")["results"]
    slope = result["measures"]["SII"]
    assert slope["low"] < 50 < slope["high"]
    assert slope["method"] == "normal"
    assert all(measure["low"] is not None for measure in result["measures"].values())


def test_the_same_file_gives_the_same_bytes(table, capsys):
    path = table(*(row + "2" for row in ROWS))
    main(["equity", path, "--json"])
    first = capsys.readouterr().out
    main(["equity", path, "--json"])
    assert capsys.readouterr().out == first


def test_a_french_spreadsheet_is_read(table, capsys):
    french = [row.replace(",1000,", ",1 000,").replace(",", ";") for row in ROWS]
    (result,) = answer(capsys, table(*french, header=HEADER.replace(",", ";")))["results"]
    assert result["measures"]["D"]["value"] == 40


def test_the_bound_can_be_given_or_refused(table, capsys):
    path = table(*ROWS)
    (given,) = answer(capsys, path, "--scale", "1000")["results"]
    assert (given["scale"], given["scale_assumed"]) == (1000, False)
    (without,) = answer(capsys, path, "--unbounded")["results"]
    assert without["set_aside"] == {"SII_logit": "no_scale", "RII_logit": "no_scale"}


def test_in_french_the_words_come_before_the_numbers(table, capsys):
    assert main(["equity", table(*(row + "2" for row in ROWS))]) == 0
    text = capsys.readouterr().out
    words, pair, slope = (
        text.index(part) for part in ("passe de 40,00", "À lire ensemble", "50,00 (de 43,80")
    )
    assert words < pair < slope
    assert "Borne haute supposée" in text


def test_an_unordered_adverse_indicator_without_order(table, capsys):
    rows = [f"Occitanie,2022,Tabac,0,sexe,0,{name},,500,{y}," for name, y in [("femmes", 22), ("hommes", 28)]]
    assert main(["equity", table(*rows)]) == 0
    text = capsys.readouterr().out
    assert "Entre les 2 sous-groupes" in text
    assert "Non calculé" in text
    assert "(les sous-groupes n’ont pas d’ordre)" in text


class TestRefusals:
    def test_one_faulty_block_does_not_hide_the_others(self, table, capsys):
        bad = ["Lot,2022,Dépistage,1,quintile,1,Q1,1,1000,40,", "Lot,2022,Dépistage,1,quintile,1,Q2,2,1000,,"]
        assert main(["equity", table(*ROWS, *bad), "--json"]) == 0
        out, err = capsys.readouterr()
        (refused,) = json.loads(out)["refused"]
        assert (refused["setting"], refused["code"], refused["lines"]) == ("Lot", "equity.missing", [7, 8])
        assert refused["message"] in err
        assert "Q2" in refused["message"]

    def test_nothing_measured_is_a_refusal(self, table, capsys):
        assert main(["equity", table(ROWS[0])]) == 2
        assert "au moins deux sous-groupes" in capsys.readouterr().err

    def test_small_subgroups_where_a_minimum_is_asked(self, table, capsys):
        assert main(["equity", table(*ROWS), "--minimum", "1001"]) == 2
        assert "moins de 1001" in capsys.readouterr().err

    def test_a_faulty_cell_is_located(self, table, capsys):
        assert main(["equity", table(ROWS[0], ROWS[1].replace("50", "cinquante"))]) == 2
        err = capsys.readouterr().err
        assert "Ligne 3" in err
        assert "estimate" in err

    def test_missing_columns_are_named(self, table, capsys):
        assert main(["equity", table("Lot,2022", header="setting,date")]) == 2
        assert "population" in capsys.readouterr().err

    @pytest.mark.parametrize("path", ["absent.csv", "."])
    def test_a_file_that_is_not_there(self, path, capsys, tmp_path):
        assert main(["equity", str(tmp_path / path)]) == 2
        assert capsys.readouterr().err.startswith("fabrique equity : Le")

    @pytest.mark.parametrize(
        "options", [[], ["x.csv", "--scale", "-1"], ["x.csv", "--confidence", "2"], ["x.csv", "--danser"]]
    )
    def test_options_written_wrong(self, options, capsys):
        assert main(["equity", *options]) == 2
        assert "« fabrique equity --help »" in capsys.readouterr().err

    def test_every_refusal_of_the_table_has_a_sentence(self):
        raised = {"equity.dose"}  # not reached by the command
        for module in files("fabrique_core.equity").iterdir():
            if module.name.endswith(".py"):
                raised |= set(re.findall(r'CoreError\(\s*"([a-z_.]+)"', module.read_text(encoding="utf-8")))
        assert raised - {"equity.dose"} == equity_words.codes()


def test_every_measure_and_every_reason_has_its_words():
    from fabrique_core.equity import Reason
    from fabrique_core.equity.spread import MEASURES

    assert set(equity_words.REASONS) == {reason.value for reason in Reason}
    assert set(equity_words.NAMES) >= set(VECTOR) | set(MEASURES)


def test_the_verb_is_in_the_help_and_needs_no_django(table):
    assert "equity" in usage()
    script = (
        "import sys; from fabrique.cli import main; "
        f"status = main(['equity', {table(*ROWS)!r}, '--json']); "
        "sys.exit(status or any(name.partition('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
