"""`fabrique analyse`: a whole folder or nothing, one French sentence for each refusal, no Django, no network.

Fed by files written here. Feeds the promise made to whoever types the command.
"""

import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

import openpyxl
import polars as pl
import pytest
from django.core.management.commands import check

from fabrique.cli import main, output, usage
from fabrique.cli.messages import known_codes
from tests.fabrique_core.text.conftest import tiny_corpus

FILES = {
    "report.html", "themes.csv", "themes.parquet", "assignments.csv", "assignments.parquet", "set_aside.csv",
    "provenance.json", "timings.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "reponses.csv"
    towns = ["Lot", "Gers", "=cmd()"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["dep", "avis"])
        for i, text in enumerate(tiny_corpus()):
            writer.writerow([towns[i % 2], text])
        writer.writerows(
            [
                ["Lot", "RAS"],
                ["Lot", ""],
                ["=cmd()", "<script>alert(1)</script> pour M. Jean Dupont, 06 12 34 56 78"],
            ]
        )
    return path


def run(source, out, *more):
    return main(
        [
            "analyse",
            str(source),
            "--text",
            "avis",
            "--out",
            str(out),
            "--encoder",
            "lexical",
            "--quiet",
            *more,
        ]
    )


@pytest.fixture(scope="module")
def result(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "resultat"
    assert run(source, out, "--group", "dep") == 0
    return out


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def digests(folder):
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if p.name != "timings.json"
    }


def test_the_folder_holds_the_promised_files_and_nothing_else(result):
    assert {path.name for path in result.iterdir()} == FILES
    assert [p.name for p in result.parent.iterdir()] == ["resultat"]


def test_columns_are_those_that_were_promised(result):
    assert list(rows(result / "themes.csv")[0]) == ["theme", "parent", "label", "size", "stability"]
    assert list(rows(result / "assignments.csv")[0]) == ["row", "start", "end", "theme", "score"]
    assert list(rows(result / "set_aside.csv")[0]) == ["row", "reason"]


def test_each_assignment_points_to_an_exact_part_of_its_answer(result, source):
    texts = [row["avis"] for row in rows(source)]
    themes = {row["theme"] for row in rows(result / "themes.csv")}
    for line in rows(result / "assignments.csv"):
        idea = texts[int(line["row"])][int(line["start"]) : int(line["end"])]
        assert idea == idea.strip() != ""
        assert line["theme"] in themes
        assert 0 <= float(line["score"]) <= 1


def test_every_row_is_either_themed_or_set_aside_with_a_reason(result, source):
    themed = {int(line["row"]) for line in rows(result / "assignments.csv")}
    aside = {int(line["row"]): line["reason"] for line in rows(result / "set_aside.csv")}
    assert not themed & set(aside)
    assert themed | set(aside) == set(range(len(rows(source))))
    assert (aside[75], aside[76]) == ("non_answer", "empty")


def test_parquet_twins_say_the_same_as_the_csv(result):
    for name in ("themes", "assignments"):
        text, binary = rows(result / f"{name}.csv"), pl.read_parquet(result / f"{name}.parquet").to_dicts()
        assert len(text) == len(binary)
        assert [row["theme"] for row in text] == [row["theme"] for row in binary]


def test_two_runs_give_the_same_bytes_and_another_seed_says_so(result, source, tmp_path):
    assert run(source, tmp_path / "b", "--group", "dep") == 0
    assert digests(tmp_path / "b") == digests(result)
    assert run(source, tmp_path / "c", "--group", "dep", "--seed", "7") == 0
    assert json.loads((tmp_path / "c" / "provenance.json").read_text())["seed"] == 7


def test_provenance_hashes_the_outputs_and_tells_no_path_nor_date(result, source):
    text = (result / "provenance.json").read_text(encoding="utf-8")
    content = json.loads(text)
    for name, digest in content["outputs_sha256"].items():
        assert hashlib.sha256((result / name).read_bytes()).hexdigest() == digest
    assert content["input"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert str(source.parent) not in text
    assert not re.search(r"20\d\d-\d\d-\d\d", text)
    assert content["validated_by"] is None


def test_timings_give_time_and_memory_for_each_stage(result):
    stages = json.loads((result / "timings.json").read_text())["stages"]
    assert [s["stage"] for s in stages] == [
        "read",
        "prepare",
        "copies",
        "embed",
        "discover",
        "assign",
        "describe",
        "write",
    ]
    assert all(s["seconds"] >= 0 and s["peak_memory_mb"] > 0 for s in stages)


def test_the_report_is_one_french_page_that_asks_nothing_of_anyone(result):
    page = (result / "report.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert not re.search(r'(?:src|href|url)\s*[=(]\s*["\']?(?:https?:|//)', page)
    assert "<script" not in page
    assert "Document de travail, à ne pas publier tel quel" in page
    assert "Personne ne les a relus ni validés" in page.replace("\n", " ")
    assert page.count("<h1") == 1
    assert "anonyme" not in page.lower()


def test_the_report_shows_names_and_numbers_masked_only(result):
    page = (result / "report.html").read_text(encoding="utf-8")
    assert "Dupont" not in page
    assert "06 12 34" not in page


def test_small_groups_are_named_without_a_figure(result):
    page = (result / "report.html").read_text(encoding="utf-8")
    section = page.split('id="groupes"')[1].split("</section>")[0]
    assert "1 groupe est réuni sous « autres groupes »" in section.replace("\u00a0", " ")
    assert "masqué</abbr>" in section
    assert "=cmd()" not in section


def refused(capsys, *arguments):
    assert main(["analyse", *map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("fabrique analyse\u00a0: ")
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_wrong_column_suggests_the_nearest_and_lists_them(capsys, source, tmp_path):
    message = refused(capsys, source, "--text", "Avís", "--out", tmp_path / "x")
    assert "Vouliez-vous dire « avis » ?" in message
    assert "« dep »" in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Le fichier est vide"),
        (b"dep,avis\n", "aucune ligne de données"),
        (b"dep,avis\n1,RAS\n", "Aucune réponse n’est analysable"),
        (b"dep,avis\n1,\x81\x8d", "L’encodage du fichier n’est pas reconnu"),
        (b"%PDF-1.4", "un document PDF"),
        (b"dep,avis\n1,2,3,4\n", "La ligne 2 compte 4 cellules au lieu de 2"),
    ],
)
def test_bad_files_get_one_sentence(capsys, tmp_path, content, words):
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    assert words in refused(capsys, path, "--text", "avis", "--out", tmp_path / "x", "--quiet")


def test_a_two_gigabyte_file_is_refused_at_once(capsys, tmp_path):
    path = tmp_path / "f.csv"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert "2,0 Go, pour une limite de 1,0 Go" in refused(
        capsys, path, "--text", "a", "--out", tmp_path / "x", "--quiet"
    )


def test_merged_headers_are_refused(capsys, tmp_path):
    book = openpyxl.Workbook()
    for line in (["Partie", None], ["dep", "avis"], ["Lot", "bien"]):
        book.active.append(line)
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "f.xlsx")
    assert "cellules fusionnées" in refused(
        capsys, tmp_path / "f.xlsx", "--text", "avis", "--out", tmp_path / "x", "--quiet"
    )


def test_missing_options_and_unknown_options_are_told_in_french(capsys, source):
    assert "il manque --text, --out" in refused(capsys, source)
    assert "option inconnue" in refused(capsys, source, "--text", "a", "--out", "b", "--rapide")


def test_a_folder_that_holds_something_else_is_left_alone(capsys, source, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "notes.txt").write_text("à moi")
    assert "autre chose qu’un résultat" in refused(capsys, source, "--text", "avis", "--out", tmp_path / "x")
    assert (tmp_path / "x" / "notes.txt").read_text() == "à moi"


def test_an_empty_folder_or_a_former_result_is_replaced(source, tmp_path):
    (tmp_path / "x").mkdir()
    assert run(source, tmp_path / "x") == 0
    before = digests(tmp_path / "x")
    assert run(source, tmp_path / "x", "--seed", "9") == 0
    assert digests(tmp_path / "x") != before
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_failure_while_writing_leaves_the_former_result_whole(source, tmp_path, result):
    before = digests(result)

    def fail():
        with output.whole_folder(result) as folder:
            (folder / "report.html").write_text("à moitié")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert digests(result) == before
    assert [p.name for p in result.parent.iterdir()] == ["resultat"]


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path):
    left = tmp_path / ".x.partiel-999999999"
    left.mkdir()
    with output.whole_folder(tmp_path / "x") as folder:
        (folder / "provenance.json").write_text("{}")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(source, tmp_path, sign):
    command = [
        sys.executable,
        "-m",
        "fabrique.cli",
        "analyse",
        str(source),
        "--text",
        "avis",
        "--out",
        str(tmp_path / "x"),
    ]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    process.stderr.readline()
    time.sleep(0.05)
    process.send_signal(sign)
    rest = process.stderr.read()
    assert process.wait(60) == 130
    assert "aucun résultat n’a été écrit" in rest
    assert list(tmp_path.iterdir()) == []


def test_the_command_imports_no_django(source, tmp_path):
    code = (
        "import sys; from fabrique.cli import main; "
        f"status = main(['analyse', {str(source)!r}, '--text', 'avis', '--out', {str(tmp_path / 'x')!r}, "
        "'--encoder', 'lexical', '--quiet']); "
        "assert status == 0 and not any(m == 'django' or m.startswith('django.') for m in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_missing_engine_is_told_in_one_sentence(source, tmp_path):
    code = (
        "import sys; sys.modules['polars'] = None; from fabrique.cli import main; "
        f"sys.exit(main(['analyse', {str(source)!r}, '--text', 'avis', '--out', {str(tmp_path / 'x')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Installez l’extra « engine »" in done.stderr.replace("\u00a0", " ")


def test_the_general_help_names_every_verb_in_french(capsys):
    assert main(["--help"]) == 0
    assert "Sans base de données" in capsys.readouterr().out
    assert main([]) == 2
    assert "analyse" in usage()


def test_an_unknown_verb_is_refused_and_a_management_command_is_passed_on(capsys, monkeypatch):
    assert main(["danser"]) == 2
    assert "n’existe pas" in capsys.readouterr().err
    passed = []
    monkeypatch.setattr(
        check.Command, "handle", lambda self, *labels, **options: passed.append(options["deploy"])
    )
    assert main(["check", "--deploy"]) == 0
    assert passed == [True]


def test_every_refusal_of_the_reader_has_a_sentence():
    from importlib.resources import files

    raised: set[str] = set()
    for module in files("fabrique_core.text").iterdir():
        if module.name.endswith(".py"):
            raised |= set(re.findall(r'CoreError\(\s*"([a-z_.]+)"', module.read_text(encoding="utf-8")))
    assert raised - {"engine.unknown_encoder"} <= known_codes()
