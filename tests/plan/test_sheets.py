"""The sheets out and in: the same file changes nothing, a corrected one says what it changes, cell by cell."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import MilestoneState, Weather
from fabrique.plan.models import Action, SheetFile
from fabrique.plan.services import actions, budget, indicators, milestones, sheets
from fabrique.plan.services.sheets.columns import TABLES, Column, Kind, Unreadable
from fabrique.plan.services.sheets.files import cell_of, french_number
from fabrique.plan.services.sheets.waiting import forget_old_files
from tests.factories import actions as make

pytestmark = pytest.mark.django_db
HOSTILE = "=HYPERLINK(\"http://x\")\n+1 'entre guillemets'; point-virgule"


@pytest.fixture
def plan(occitanie):
    return make.a_plan()


@pytest.fixture
def lead(plan):
    return make.lead(make.lozere(), email="lozere@exemple.test")


@pytest.fixture
def action(plan, lead):
    """A sheet with something in each table, and texts that a spreadsheet would run."""
    action = make.a_full_action(plan, make.lozere())
    actions.edit_action(
        lead,
        action=action,
        lead=lead.user,
        description=HOSTILE,
        implementation="  des blancs autour \r\n et deux lignes ",
        marks=["montagne"],
        publics=list(plan.publics.all()),
        starts_on=date(2024, 1, 1),
        places=[],
    )
    milestones.add_partner(lead, action=action, organisation="=Centre social")
    budget.set_reach(
        lead, action=action, territory=make.lozere(), year=2025, people=140, means=Decimal("12.5")
    )
    steps = [
        {"stage": "ressources", "text": "Un bus"},
        {"stage": "activites", "text": "Des tournées", "assumption": "Il roule"},
    ]
    budget.set_logic(lead, action=action, steps=steps)
    indicators.edit_indicator(
        lead,
        indicator=action.indicators.get(),
        trajectory=[{"date": "2024-01-01", "share": 0.0}, {"date": "2026-12-31", "share": 0.35}],
    )
    indicators.record_value(
        lead, indicator=action.indicators.get(), on=date(2025, 6, 1), value=12.345, source="registre"
    )
    indicators.give_weather(lead, action=action, weather=Weather.SECURED, sentence="-Tout va.")
    action.refresh_from_db()
    return action


def tables():
    rows = Action.objects.with_lines().prefetch_related("indicators__values")
    return sheets.tables_of(rows)


def book():
    return sheets.workbook_of(tables())


def edited(changes, *, table, row=2):
    """The workbook with some cells of a row replaced: {column: value}."""
    workbook = load_workbook(io.BytesIO(book()))
    sheet = workbook[table]
    titles = [cell.value for cell in sheet[1]]
    for column, value in changes.items():
        sheet.cell(row, titles.index(column) + 1).value = value
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def apply(actor, plan, data, name="fiches.xlsx", *, dry_run=False, replace=False):
    return sheets.apply_tables(
        actor, plan=plan, tables=sheets.read_file(data, name), dry_run=dry_run, replace=replace
    )


def cells(report):
    return {(one.table, one.column): (one.before, one.after) for one in report.changes}


#: (table, cells of its first row, what holds once written)
EACH_TABLE = [
    (
        "jalons",
        {"etat": "fait", "fait_le": "12/03/2026"},
        lambda a: a.milestones.get().state == MilestoneState.DONE,
    ),
    ("budget", {"depense": "18 250,50 €"}, lambda a: a.budget.get().spent == Decimal("18250.50")),
    ("budget", {"engage": None}, lambda a: a.budget.get().committed is None),
    ("portee", {"personnes": 150}, lambda a: a.reach.get().people == 150),
    ("logique", {"contenu": "Deux bus"}, lambda a: a.logic.first().text == "Deux bus"),
    ("indicateurs", {"cible": 120}, lambda a: a.indicators.get().target == 120),
    ("indicateurs", {"compte_des_personnes": "oui"}, lambda a: a.indicators.get().counts_people),
    (
        "valeurs",
        {"valeur": 13, "precision": "Doublon"},
        lambda a: a.indicators.get().values.get().value == 13,
    ),
    ("actions", {"meteo": "Compromise", "meteo_phrase": "Panne."}, lambda a: a.weather.count() == 2),
    ("actions", {"publics": None}, lambda a: a.publics.count() == 0),
]


#: (table, cells of its first row, column that the report names)
WRONG = [
    ("actions", {"fin": "bientôt"}, "fin"),
    ("actions", {"etape": "presque"}, "etape"),
    ("actions", {"objectif": "inconnu"}, "objectif"),
    ("actions", {"pilote": "personne@exemple.test"}, "pilote"),
    ("actions", {"territoire": "departement:30"}, "territoire"),
    ("actions", {"intitule": None}, "intitule"),
    ("budget", {"depense": "beaucoup"}, "depense"),
    ("budget", {"engage": -5}, "engage"),
    ("portee", {"moyens": -5}, "moyens"),
    # a formula of which the file keeps no result would otherwise read as an empty cell, and erase the target
    ("indicateurs", {"cible": "=1+1"}, "cible"),
    ("valeurs", {"valeur": 99}, "precision"),
    ("jalons", {"repere": "AAAAAAAAAAAA"}, "repere"),
    ("indicateurs", {"sens": "fall"}, "cible"),
    ("valeurs", {"indicateur": "inconnu"}, "indicateur"),
]


class TestTheSameFileBack:
    @pytest.mark.both_databases
    def test_a_workbook_changes_nothing(self, plan, lead, action):
        before = JournalLine.objects.count()
        report = apply(lead, plan, book())
        assert (report.issues, report.changes, report.unknown) == ([], [], [])
        assert (report.read, report.unchanged, report.writes) == (9, 9, 0)
        assert JournalLine.objects.count() == before

    def test_nor_does_a_csv(self, plan, lead, action):
        for table in TABLES:
            data = sheets.csv_of(table, tables())
            report = apply(lead, plan, data, f"{table}.csv")
            assert (report.issues, report.changes, report.unknown) == ([], [], []), table
            assert report.read == report.unchanged == len(tables()[table]), table

    def test_formulas_do_not_run_and_come_back_as_they_are(self, plan, lead, action):
        text = sheets.csv_of("actions", tables()).decode("utf-8-sig")
        (row,) = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert row["description"].startswith("'=")
        cell = load_workbook(io.BytesIO(book()))["actions"]["G2"]
        assert (cell.data_type, cell.value) == ("s", HOSTILE)

    def test_numbers_are_written_as_the_french_write_them(self, plan, lead, action):
        text = sheets.csv_of("valeurs", tables()).decode("utf-8-sig")
        assert ";12,345;" in text


class TestChanges:
    def test_the_preview_tells_each_cell_and_writes_nothing(self, plan, lead, action):
        before = JournalLine.objects.count()
        data = edited(
            {"etape": "en-cours", "fin": date(2027, 1, 1), "graduation": "Plus loin, plus"}, table="actions"
        )
        report = apply(lead, plan, data, dry_run=True)
        assert cells(report) == {
            ("actions", "etape"): ("a-venir", "en-cours"),
            ("actions", "fin"): ("", "2027-01-01"),
            ("actions", "graduation"): ("", "Plus loin, plus"),
        }
        assert (report.changed, report.added, JournalLine.objects.count()) == (1, 0, before)
        action.refresh_from_db()
        assert action.stage == "a-venir"
        assert apply(lead, plan, data).changes == report.changes
        action.refresh_from_db()
        assert (action.stage, action.ends_on) == ("en-cours", date(2027, 1, 1))
        assert apply(lead, plan, data).writes == 0

    def test_each_table_writes_its_own(self, plan, lead, action):
        for table, change, holds in EACH_TABLE:
            data = edited(change, table=table)
            report = apply(lead, plan, data)
            assert (report.issues, report.changed) == ([], 1), change
            assert holds(Action.objects.get()), change
            assert apply(lead, plan, data).writes == 0, change

    def test_new_lines_make_a_sheet_with_its_parts(self, plan, lead, action):
        workbook = load_workbook(io.BytesIO(book()))
        add = {
            "actions": {
                "cle": "nouvelle",
                "territoire": "departement:48",
                "objectif": action.objective.key,
                "intitule": "Nouvelle",
            },
            "jalons": {"action": "nouvelle", "intitule": "Commencer", "prevu_le": "01/02/2027"},
            "indicateurs": {
                "cle": "neuf",
                "action": "nouvelle",
                "intitule": "N",
                "nature": "impact",
                "unite": "%",
                "sens": "doit baisser",
            },
            "valeurs": {"action": "nouvelle", "indicateur": "neuf", "au": "2026-01-01", "valeur": "1,5"},
        }
        for table, row in add.items():
            sheet = workbook[table]
            titles = [cell.value for cell in sheet[1]]
            line = sheet.max_row + 1
            for column, value in row.items():
                sheet.cell(line, titles.index(column) + 1).value = value
        out = io.BytesIO()
        workbook.save(out)
        report = apply(lead, plan, out.getvalue(), dry_run=True)
        assert (report.issues, report.added) == ([], 4)
        assert not Action.objects.filter(key="nouvelle").exists()
        assert apply(lead, plan, out.getvalue()).added == 4
        made = Action.objects.get(key="nouvelle")
        assert (made.published_at, made.indicators.get().values.get().value) == (None, 1.5)
        assert apply(lead, plan, out.getvalue()).writes == 0


class TestWhatIsSetAside:
    def issue(self, report):
        (issue,) = report.issues
        return issue.table, issue.line, issue.column

    def test_a_wrong_cell_is_told_with_its_place(self, plan, lead, action):
        for table, change, column in WRONG:
            report = apply(lead, plan, edited(change, table=table))
            assert self.issue(report) == (table, 2, column)
            assert report.writes == 0, change
            assert report.issues[0].sentence.endswith("."), change

    def test_a_row_of_another_territory_is_refused_even_unchanged(self, plan, lead, action):
        other = actions.publish_action(make.OPERATOR, action=make.an_action(plan, make.gard(), "Du Gard"))
        report = apply(lead, plan, book())
        (issue,) = report.issues
        assert (issue.table, issue.column, issue.found) == ("actions", "cle", other.key)
        assert "territoire" in issue.sentence

    def test_a_draft_of_elsewhere_is_as_unknown_as_nothing(self, plan, lead, action):
        hidden = make.a_full_action(plan, make.gard(), "Brouillon du Gard")
        stream = f"action;annee;financeur;financeur_nom;depense\n{hidden.key};2026;fir;;5\nrien;2026;fir;;5\n"
        report = apply(lead, plan, stream.encode(), "budget.csv")
        first, second = report.issues
        assert first.sentence == second.sentence

    def test_a_file_older_than_the_sheet_overwrites_nothing_unless_asked(self, plan, lead, action):
        data = edited({"graduation": "Du fichier"}, table="actions")
        actions.edit_action(make.OPERATOR, action=action, graduation="De quelqu’un")
        report = apply(lead, plan, data)
        assert self.issue(report) == ("actions", 2, "revision")
        assert apply(lead, plan, data, replace=True).changed == 1
        action.refresh_from_db()
        assert action.graduation == "Du fichier"

    def test_unknown_columns_are_told(self, plan, lead, action):
        data = sheets.csv_of("budget", tables()).decode("utf-8-sig").replace("prevu", "prévision")
        report = apply(lead, plan, data.encode(), "budget.csv")
        assert report.unknown == [("budget", "prévision")]
        assert report.notes == [
            "Colonnes ou feuilles qui ne veulent rien dire ici, non lues : budget / prévision."
        ]

    def test_a_sheet_said_public_in_the_file_is_told_and_stays_as_it_is(self, plan, lead, action):
        for said, public, told in (("oui", False, 1), ("non", False, 0), ("", False, 0), ("non", True, 1)):
            type(action).objects.filter(pk=action.pk).update(published_at=now() if public else None)
            report = apply(lead, plan, edited({"publique": said}, table="actions"))
            assert report.publication == [action.key] * told, said
            assert (report.changes, len(report.notes)) == ([], told)
            action.refresh_from_db()
            assert (action.published_at is not None) is public


class TestFiles:
    @pytest.mark.parametrize(
        "data", [b"", b"%PDF-1.7 non", b"PK\x03\x04 casse", b"nom;prenom\na;b\n", b"\xff\xfe\x00"]
    )
    def test_what_is_no_sheet_is_refused_in_a_sentence(self, plan, lead, data):
        with pytest.raises(Refused) as refusal:
            sheets.keep_file(lead, plan=plan, data=data, name="fiches.csv")
        assert str(refusal.value).endswith(".")
        assert not SheetFile.objects.exists()

    def test_a_huge_table_is_refused(self, plan, lead, monkeypatch):
        monkeypatch.setattr("fabrique.plan.services.sheets.files.MOST_ROWS", 3)
        data = "action;annee;financeur;financeur_nom\n" + "a;2026;fir;\n" * 4
        with pytest.raises(Refused, match="trop grand"):
            sheets.read_file(data.encode(), "budget.csv")

    def test_a_workbook_without_our_sheets_is_refused(self):
        out = io.BytesIO()
        Workbook().save(out)
        with pytest.raises(Refused, match="Aucune feuille"):
            sheets.read_file(out.getvalue(), "autre.xlsx")

    def test_kept_previewed_applied_by_whoever_sent_it(self, plan, lead, action):
        kept = sheets.keep_file(
            lead, plan=plan, data=edited({"fin": date(2027, 1, 1)}, table="actions"), name="f.xlsx"
        )
        assert sheets.preview_file(lead, file=kept).changed == 1
        with pytest.raises(Forbidden):
            sheets.preview_file(make.lead(make.lozere()), file=kept)
        assert sheets.apply_file(lead, file=kept).changed == 1
        assert not SheetFile.objects.exists()

    def test_sent_twice_kept_once_and_forgotten_after_a_day(self, plan, lead, action):
        data = book()
        assert sheets.keep_file(lead, plan=plan, data=data, name="f.xlsx") == sheets.keep_file(
            lead, plan=plan, data=data, name="f.xlsx"
        )
        assert forget_old_files() == 0
        SheetFile.objects.update(sent_at="2020-01-01T00:00:00Z")
        assert forget_old_files() == 1


@pytest.mark.django_db(transaction=False)
class TestCells:
    @given(
        st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2)
    )
    def test_an_amount_comes_back(self, amount):
        assert Column("x", Kind.AMOUNT).value(french_number(amount)) == amount

    @given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
    def test_a_number_comes_back(self, number):
        assert Column("x", Kind.NUMBER).value(cell_of(number, numbers=False)) == number

    @given(st.dates(min_value=date(1900, 1, 1)))
    def test_a_day_comes_back(self, day):
        assert Column("x", Kind.DAY).value(cell_of(day, numbers=False)) == day
        assert Column("x", Kind.DAY).value(f"{day.day}/{day.month}/{day.year:04d}") == day

    @pytest.mark.parametrize(
        ("kind", "cell"),
        [
            (Kind.DAY, "31/02/2026"),
            (Kind.WHOLE, "1,5"),
            (Kind.NUMBER, "1e99"),
            (Kind.YES_NO, "peut-être"),
            (Kind.TEXT, "x" * 40_000),
        ],
    )
    def test_what_cannot_be_read_says_what_to_write(self, kind, cell):
        with pytest.raises(Unreadable):
            Column("x", kind).value(cell)
