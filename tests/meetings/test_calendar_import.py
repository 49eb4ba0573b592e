"""The import of a calendar: understood, twice the same, changed, corrected, set aside; the reference calendar."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden
from fabrique.meetings.enums import MeetingKind, MeetingState
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import meetings
from fabrique.meetings.services.calendar import import_calendar
from fabrique.meetings.services.facts import import_facts
from fabrique.territories.services import load_territories
from tests.factories import accounts, registrations, territories
from tests.factories import meetings as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
HEAD = "programme,region_code,department_code,department,date,city,venue,start,end,status,kind,source\n"
LOZERE = (
    "CNR 2022,76,48,Lozère,2022-11-04,Mende,Espace George Frêche,10:00,16:00,programmée,"
    "concertation départementale,001\n"
)
ARIEGE = "CNR 2022,76,09,Ariège,,Foix,,,,en cours de programmation,concertation départementale,001\n"
FACTS = """
- name: CNR 2022, Occitanie
  source: "001"
  steps: 13
  frame: conseils territoriaux de santé élargis, one a department
  period: {start: 2022-11-04, end: null, end_text: mi-décembre 2022, calendar: prévisionnel}
  themes:
    - {slug: acces-aux-soins, label: "L'accès aux soins"}
    - {slug: prevention, label: "La prévention"}
  organisers: [Agence fictive, préfectures]
  transmitted_to: Ministère de la santé et de la prévention
  transmission_deadline: 2022-12-31
  actors_gathered: 1300
- name: CNR santé, France
  meetings: 250
"""


def load(text, name="calendrier.csv", actor=OPERATOR, **more):
    data = text if isinstance(text, bytes) else (HEAD + text).encode()
    return import_calendar(actor, data=data, name=name, **more)


def test_a_row_becomes_a_meeting_shown_corrected_and_kept_as_found():
    report = load(LOZERE)
    meeting = Meeting.objects.get()
    assert (report.created, report.programmes_created) == (1, ["CNR 2022, Occitanie"])
    assert meeting.title == "Concertation départementale en Lozère"
    assert (meeting.kind, meeting.state, meeting.city) == (
        MeetingKind.CONCERTATION,
        MeetingState.SCHEDULED,
        "Mende",
    )
    assert meeting.starts_at.isoformat() == "2022-11-04T09:00:00+00:00"
    assert (meeting.venue, meeting.as_found["venue"]) == ("Espace Georges Frêche", "Espace George Frêche")
    assert [slip["line"] for slip in report.corrections] == [2]


def test_without_a_date_it_is_being_scheduled():
    load(ARIEGE)
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.starts_at, meeting.city) == (MeetingState.TO_SCHEDULE, None, "Foix")


def test_the_same_file_twice_adds_nothing_and_touches_nothing():
    load(LOZERE + ARIEGE)
    before = list(Meeting.objects.order_by("pk").values())
    report = load(LOZERE + ARIEGE)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert list(Meeting.objects.order_by("pk").values()) == before
    assert Programme.objects.count() == 1


def test_two_meetings_alike_are_two():
    load(ARIEGE + ARIEGE)
    assert load(ARIEGE + ARIEGE).unchanged == 2
    assert Meeting.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing():
    report = load(LOZERE + ARIEGE, dry_run=True)
    assert (report.created, report.programmes_created, Meeting.objects.count()) == (
        2,
        ["CNR 2022, Occitanie"],
        0,
    )
    assert not Programme.objects.exists()


def test_a_date_that_arrives_later_is_taken_and_what_a_person_wrote_stays():
    load(ARIEGE)
    meetings.change_meeting(OPERATOR, meeting=Meeting.objects.get(), venue="Salle Isabelle Sandy")
    dated = ARIEGE.replace("Ariège,,", "Ariège,2022-12-06,").replace(
        "en cours de programmation", "programmée"
    )
    report = load(dated)
    meeting = Meeting.objects.get()
    assert (report.changed, meeting.state, meeting.venue) == (
        1,
        MeetingState.SCHEDULED,
        "Salle Isabelle Sandy",
    )
    assert load(dated).unchanged == 1


def test_a_date_never_changes_behind_people_who_registered():
    day = make.in_days(9).date().isoformat()
    row = ARIEGE.replace("Ariège,,", f"Ariège,{day},").replace("en cours de programmation", "programmée")
    programme = make.make_programme(title="CNR 2022, Occitanie")
    load(row)
    meeting = meetings.open_registration(OPERATOR, meeting=Meeting.objects.get())
    registrations.come(meeting, "une@exemple.test")
    report = load(row.replace(day, make.in_days(10).date().isoformat()))
    assert [aside.code for aside in report.set_aside] == ["row.registered"]
    assert Meeting.objects.get().starts_at == make.in_days(9, 0)
    assert meeting.programme == programme


def test_a_date_that_vanishes_is_for_a_person():
    load(LOZERE)
    gone = LOZERE.replace("2022-11-04", "").replace("programmée", "en cours de programmation")
    assert [aside.code for aside in load(gone).set_aside] == ["row.date_gone"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("2022-11-04", "4 novembre"), "row.date"),
        (("2022-11-04", "1822-11-04"), "row.date"),
        (("2022-11-04", ""), "row.no_date"),
        (("10:00", "10 heures du matin"), "row.time"),
        (("10:00,16:00", "16:00,10:00"), "row.hours"),
        (("programmée", "peut-être"), "row.state"),
        (("concertation départementale", "pique-nique"), "row.kind"),
        (("76,48,Lozère", "76,99,Lozère"), "row.territory"),
        (("76,48,Lozère", "76,46,Lozère"), "row.territory_name"),
        (("CNR 2022,76", ",76"), "row.programme"),
        (("Mende", "=HYPERLINK(1)"), "row.formula"),
        (("Mende", "Men\x07de"), "row.control"),
        (("Mende", "M" * 121), "row.too_long"),
    ],
)
def test_a_row_that_does_not_stand_is_set_aside_with_its_line(change, code):
    report = load(ARIEGE + LOZERE.replace(*change))
    assert [(aside.line, aside.code) for aside in report.set_aside] == [(3, code)]
    assert report.set_aside[0].sentence.endswith(".")
    assert (report.rows, report.created, Meeting.objects.count()) == (2, 1, 1)


def test_a_french_secretary_writes_french_headings_and_dates():
    text = (
        "Programme;Code département;Département;Date;Ville;Début;Fin;Statut;Nature;Places\n"
        "Santé 2027;46;Lot;18/11/2022;Cahors;10h;12 h 30;programmée;Réunion publique;80\n"
    )
    assert load(text.encode("cp1252")).created == 1
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.capacity) == (MeetingKind.PUBLIC_MEETING, 80)
    assert (meeting.ends_at - meeting.starts_at).seconds == 9000


def test_a_workbook_is_read_as_well():
    book = openpyxl.Workbook()
    for line in (HEAD + LOZERE).splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    assert load(out.getvalue(), "calendrier.xlsx").created == 1


def test_unknown_columns_are_said():
    head = HEAD.strip() + ",météo\n"
    report = load((head + ARIEGE.strip() + ",beau\n").encode())
    assert report.ignored_columns == ["météo"]


def test_states_of_the_calendar_are_lived_through():
    held = LOZERE.replace("programmée", "tenue")
    off = LOZERE.replace("programmée", "annulée").replace("Mende", "Florac")
    later = LOZERE.replace("programmée", "reportée").replace("Mende", "Langogne")
    load(held + off + later)
    assert list(Meeting.objects.order_by("pk").values_list("state", flat=True)) == [
        MeetingState.HELD,
        MeetingState.CANCELLED,
        MeetingState.POSTPONED,
    ]


def test_the_right_is_asked_row_by_row(personas):
    with pytest.raises(Forbidden):
        load(LOZERE, actor=personas[RoleCode.READER])
    make.make_programme(title="CNR 2022, Occitanie")
    local = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("09"))
    report = load(LOZERE + ARIEGE, actor=local)
    assert [(aside.line, aside.code) for aside in report.set_aside] == [(2, "row.forbidden")]
    assert Meeting.objects.get().city == "Foix"


def test_who_may_not_open_a_programme_is_told(personas):
    local = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("09"))
    assert [aside.code for aside in load(ARIEGE, actor=local).set_aside] == ["row.programme_forbidden"]


def test_facts_open_a_programme_and_never_overwrite():
    report = import_facts(OPERATOR, data=FACTS.encode(), name="programmes.yaml")
    programme = Programme.objects.get()
    assert report.created == ["CNR 2022, Occitanie"]
    assert {"programme": "CNR 2022, Occitanie", "what": "actors_gathered"} in report.set_aside
    assert programme.frame == "Conseils territoriaux de santé élargis, un par département"
    assert programme.period_note == "jusqu’à la mi-décembre 2022, calendrier prévisionnel"
    assert [theme.key for theme in programme.themes.all()] == ["acces-aux-soins", "prevention"]
    Programme.objects.update(recipient="Une autre personne")
    import_facts(OPERATOR, data=FACTS.encode(), name="programmes.yaml")
    assert Programme.objects.get().recipient == "Une autre personne"
    load(LOZERE)
    assert Meeting.objects.get().themes.count() == 2


def command(*arguments):
    out = io.StringIO()
    call_command("meetings", "import", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_answers_in_json_and_in_words(tmp_path):
    calendar, facts = tmp_path / "c.csv", tmp_path / "p.yaml"
    calendar.write_text(HEAD + LOZERE + ARIEGE.replace("09", "00"), "utf-8")
    facts.write_text(FACTS, "utf-8")
    dry = json.loads(command(str(calendar), "--dry-run", "--json"))
    assert (dry["dry_run"], dry["created"], Meeting.objects.count()) == (True, 1, 0)
    said = command(str(calendar), "--programmes", str(facts), "--publish")
    assert "Ligne 3 mise de côté" in said
    assert "Programme rendu public : CNR 2022, Occitanie" in said
    assert Meeting.objects.public().count() == 1
    with pytest.raises(CommandError, match="ne s’ouvre pas"):
        command(str(tmp_path / "absent.csv"))


@pytest.mark.real_data
def test_the_reference_calendar_loads_twice():
    load_territories(OPERATOR, geography=territories.all_france())
    arguments = (
        str(REFERENCE / "concertations_2022_2024.csv"),
        "--programmes",
        str(REFERENCE / "concertations_programmes.yaml"),
        "--publish",
        "--json",
    )
    first, second = (json.loads(command(*arguments)) for _ in range(2))
    assert (first["created"], first["set_aside"]) == (15, [])
    assert (second["created"], second["changed"], second["unchanged"]) == (0, 0, 15)
    by_state = list(Meeting.objects.values_list("state", flat=True))
    assert by_state.count(MeetingState.TO_SCHEDULE) == 2
    assert by_state.count(MeetingState.HELD) == 2
    occitanie = Programme.objects.get(title="CNR santé 2022, Occitanie")
    assert (occitanie.announced_steps, occitanie.meetings.count()) == (13, 13)
    assert Meeting.objects.get(department__code="94").kind == MeetingKind.WORKING_GROUP
