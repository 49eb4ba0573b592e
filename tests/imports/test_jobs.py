"""An import from the file to the corpus: what is added, known, set aside, to mend; rights, units, idempotence.

Fed by factories/imports.py. Feeds confidence in imports.services.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now, told_at
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, Unit
from fabrique.contributions.models import ClosedAnswer, Contribution, Participation, Source, SourceQuestion
from fabrique.contributions.services import erase_participation
from fabrique.imports import services
from fabrique.imports.enums import AsideReason, ImportKind, ImportState
from fabrique.imports.models import ImportedRow, ImportJob, ImportMapping, ImportPart
from fabrique.imports.services.execution import carry_out
from fabrique.territories.models import Territory
from tests.factories import imports as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def territories(occitanie: Territory) -> Territory:
    return occitanie


def texts() -> list[str]:
    return sorted(text.raw_text for text in Contribution.objects.all())


def test_a_decidim_export_becomes_participations_with_their_texts_categories_and_dates():
    job = make.imported(make.csv_of(make.PROPOSALS), "propositions.csv")
    assert (job.kind, job.state, job.report["added"]) == (ImportKind.DECIDIM, ImportState.DONE, 3)
    assert texts() == [
        "Des horaires du soir\n\nLe cabinet ferme à 17 h.",
        "Un bus vers l’hôpital\n\nUne ligne le soir.",
        "Un médecin au village\n\nPlus personne depuis deux ans.",
    ]
    one = Participation.objects.order_by("pk").first()
    assert (one.unit, one.channel, one.consent_at) == (Unit.PERSON, Channel.IMPORT, None)
    assert one.submitted_at.isoformat() == "2023-01-24T21:29:15+00:00"
    assert ClosedAnswer.objects.filter(question__key="categorie", choice="acces-aux-soins").count() == 2
    category = SourceQuestion.objects.get(key="categorie")
    assert category.choices == [{"key": "acces-aux-soins", "label": "Accès aux soins"}]


def test_the_same_file_twice_adds_nothing_and_its_settings_are_found_again():
    data = make.csv_of(make.PROPOSALS)
    first = make.imported(data, "propositions.csv", label="Decidim du Lot")
    again = make.sent(data, "un autre nom.csv")
    assert (again.label, again.source) == ("Decidim du Lot", first.source)
    assert again.mapping["from"] == "memory"
    done = make.recorded(make.checked(again))
    assert (done.report["added"], done.report["known"]) == (0, 3)
    assert Participation.objects.count() == 3
    assert Source.objects.count() == 1


def test_a_longer_export_of_the_same_platform_adds_only_what_is_new():
    make.imported(make.csv_of(make.PROPOSALS), label="Decidim")
    more = [
        *make.PROPOSALS,
        ["14", "Prévention", "", "Marcher", "Des sentiers.", "0", "0", "2023-02-01 10:00:00 +0100"],
    ]
    done = make.imported(make.csv_of(more), label="Decidim")
    assert (done.report["added"], done.report["known"]) == (1, 3)
    labels = [choice["label"] for choice in SourceQuestion.objects.get(key="categorie").choices]
    assert labels == ["Accès aux soins", "Prévention"]


def test_a_row_known_under_its_number_with_other_words_is_told_and_kept_as_it_was():
    make.imported(make.csv_of(make.PROPOSALS), label="Decidim")
    changed = [list(row) for row in make.PROPOSALS]
    changed[1][4] = "Un texte récrit depuis."
    job = make.checked(make.sent(make.csv_of(changed)), label="Decidim")
    assert job.report["aside"] == {AsideReason.CHANGED: 1}
    assert (job.report["ready"], job.report["known"]) == (2, 2)
    make.recorded(job)
    assert not any("récrit" in text for text in texts())


def test_comments_answer_to_their_debate_and_a_file_of_debates_names_them():
    make.imported(make.csv_of(make.COMMENTS), "commentaires.csv", label="Débats")
    wordings = dict(SourceQuestion.objects.values_list("key", "wording"))
    assert wordings["debat-15"] == "Débat n° 15"
    assert Contribution.objects.filter(question__key="debat-15").count() == 2
    assert sorted(ClosedAnswer.objects.values_list("choice", flat=True)) == ["contre", "pour"]
    job = make.imported(make.csv_of(make.DEBATES), "debats.csv", label="Débats")
    assert job.report["added"] == 2
    assert SourceQuestion.objects.get(key="debat-15").wording == "Comment garder des médecins ?"
    assert make.imported(make.csv_of(make.DEBATES), "debats.csv", label="Débats").report["added"] == 0
    assert Participation.objects.count() == 3


def test_a_table_gives_profile_dates_and_answers_and_keeps_no_address():
    job = make.imported(make.csv_of(make.TABLE, ";", "cp1252"), "tableau.csv")
    report = job.report
    assert (report["rows"], report["added"], report["errors"]) == (6, 3, 2)
    assert report["aside"] == {AsideReason.NOTHING: 1}
    one = Participation.objects.order_by("pk").first()
    assert (one.department.code, one.age_band, one.sex) == ("46", "40-59", "woman")
    assert Contribution.objects.filter(masked_text="RAS").count() == 2
    assert list(ClosedAnswer.objects.order_by("pk").values_list("choice", flat=True)) == ["oui", "non", "non"]
    kept = json.dumps([issue.cells for issue in job.issues.all()])
    assert "exemple.test" not in kept


@pytest.mark.parametrize("make_file", [make.xlsx_of, make.ods_of], ids=["xlsx", "ods"])
def test_a_workbook_is_read_like_a_csv(make_file):
    suffix = "xlsx" if make_file is make.xlsx_of else "ods"
    job = make.imported(make_file(make.TABLE), f"tableau.{suffix}")
    assert (job.report["rows"], job.report["added"], job.report["errors"]) == (6, 3, 2)
    assert job.layout["format"] == suffix


def test_limesurvey_answers_keep_boxes_ranks_and_texts_and_leave_the_unfinished():
    job = make.imported(make.csv_of(make.LIMESURVEY), "reponses.csv")
    assert job.kind == ImportKind.LIMESURVEY
    assert job.report["aside"] == {AsideReason.UNFINISHED: 1}
    assert texts() == ["Il manque un médecin.", "le transport"]
    ranks = ClosedAnswer.objects.filter(question__key="q4").order_by("participation", "rank")
    assert [(row.choice, row.rank) for row in ranks] == [
        ("delais", 1),
        ("cout", 2),
        ("cout", 1),
        ("delais", 2),
    ]
    assert ClosedAnswer.objects.filter(question__key="q2").count() == 3
    assert SourceQuestion.objects.get(key="q2").kind == "multiple"


def test_the_grand_debat_by_answers_keeps_each_repeat_once_whatever_the_number_of_sendings():
    data = make.csv_of(make.GRANDDEBAT)
    assert make.imported(data, label="Débat").report["added"] == 4
    assert make.imported(data, label="Débat").report["added"] == 0
    assert sorted(SourceQuestion.objects.values_list("key", flat=True)) == ["sante_1", "sante_2"]


def test_cap_collectif_leaves_what_was_moderated_and_authors_of_another_unit():
    job = make.imported(make.csv_of(make.CAP_COLLECTIF), "cap.csv", label="Cap")
    assert job.report["aside"] == {AsideReason.WITHDRAWN: 1, AsideReason.OTHER_UNIT: 1}
    assert Participation.objects.get().department.code == "46"
    again = make.sent(make.csv_of(make.CAP_COLLECTIF), "cap.csv")
    ImportJob.objects.filter(pk=again.pk).update(unit=Unit.ORGANISATION)
    again.refresh_from_db()
    done = make.recorded(make.checked(again, label="Cap, organisations"))
    assert done.report["added"] == 1
    assert Participation.objects.counted_by_unit() == {Unit.PERSON: 1, Unit.ORGANISATION: 1}


def test_a_group_has_people_behind_it_and_a_person_never():
    rows = [["Propos", "Nombre de personnes"], ["Nous voulons un centre de santé ouvert le samedi", "12"]]
    job = make.sent(make.csv_of(rows), "groupes.csv")
    with pytest.raises(Refused, match="groupe"):
        make.configured(job, unit=Unit.PERSON, label="Groupes")
    make.recorded(make.checked(job, unit=Unit.GROUP, label="Groupes"))
    one = Participation.objects.get()
    assert (one.unit, one.people) == (Unit.GROUP, 12)


def test_a_receipt_that_nobody_has_and_a_hash_of_its_own_for_each_row():
    make.imported(make.csv_of(make.PROPOSALS))
    hashes = {bytes(value) for value in Participation.objects.values_list("receipt_hash", flat=True)}
    assert len(hashes) == 3


def test_what_was_erased_does_not_come_back_with_the_same_file():
    data = make.csv_of(make.PROPOSALS)
    make.imported(data, label="Decidim")
    gone = Participation.objects.order_by("pk").first()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.RIGHTS)
    assert make.imported(data, label="Decidim").report["added"] == 0
    assert Participation.objects.count() == 2


def test_the_file_is_sealed_while_it_waits_and_gone_when_it_ends():
    job = make.sent(make.csv_of(make.TABLE), "tableau.csv")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM imports_importpart")
        assert all("exemple.test" not in row[0] for row in cursor.fetchall())
    assert job.parts.exists()
    make.recorded(make.checked(job))
    assert not ImportPart.objects.exists()


def test_giving_up_forgets_the_file_and_records_nothing():
    job = make.checked(make.sent(make.csv_of(make.PROPOSALS)))
    services.cancel(OPERATOR, job=job)
    assert not ImportPart.objects.exists()
    assert not Participation.objects.exists()
    with pytest.raises(Refused) as refusal:
        services.cancel(OPERATOR, job=job)
    assert refusal.value.code == "import.ended"
    with pytest.raises(Refused) as refusal:
        services.confirm(OPERATOR, job=job)
    assert refusal.value.code == "import.not_checked"


def test_a_double_click_is_one_import_at_each_step():
    data = make.csv_of(make.PROPOSALS)
    first, second = make.sent(data, token="le-même"), make.sent(data, token="le-même")
    assert first.pk == second.pk
    job = make.checked(first)
    services.confirm(OPERATOR, job=job, start=False)
    services.confirm(OPERATOR, job=job, start=False)
    assert carry_out(job.pk) == "done"
    assert carry_out(job.pk) == "not_taken"
    assert services.confirm(OPERATOR, job=job).state == ImportState.DONE
    assert Participation.objects.count() == 3


def test_nothing_is_recorded_before_a_person_confirms():
    job = make.checked(make.sent(make.csv_of(make.PROPOSALS)))
    assert (job.state, job.report["ready"]) == (ImportState.CHECKED, 3)
    assert not Participation.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize("code", sorted(set(RoleCode.values) - {RoleCode.ANALYST, RoleCode.OPERATOR}))
def test_other_roles_import_no_rows(code, personas):
    with pytest.raises(Forbidden):
        make.sent(make.csv_of(make.PROPOSALS), actor=personas[code])
    assert not ImportJob.objects.exists()


def test_an_operator_of_the_lot_imports_in_the_lot_and_nowhere_else(personas):
    operator = personas[RoleCode.OPERATOR]
    data = make.csv_of(make.PROPOSALS)
    done = make.imported(data, actor=operator, perimeter=department("46"))
    assert done.report["added"] == 3
    for elsewhere in (department("30"), region()):
        with pytest.raises(Forbidden):
            make.sent(data, actor=operator, perimeter=elsewhere)
    job = make.sent(data)
    for verb in (lambda: services.cancel(operator, job=job), lambda: make.configured(job, actor=operator),
                 lambda: services.confirm(operator, job=job)):  # fmt: skip
        with pytest.raises(Forbidden):
            verb()
    assert list(ImportJob.objects.visible_to(operator)) == [done]


def test_the_journal_tells_who_sent_and_who_confirmed_without_a_word_of_the_file(analyst):
    make.imported(make.csv_of(make.PROPOSALS), actor=analyst)
    lines = JournalLine.objects.filter(verb__startswith="imports.").order_by("pk")
    assert [line.verb for line in lines] == [
        "imports.upload", "imports.configure", "imports.check", "imports.confirm", "imports.finish",
    ]  # fmt: skip
    assert not JournalLine.objects.filter(reason__contains="médecin").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m["columns"].append({"name": "absente", "role": "texte"}), "mapping.column"),
        (lambda m: m["columns"][0].update(role="inconnu"), "mapping.role"),
        (lambda m: [c.update(role="ignorer") for c in m["columns"]], "mapping.nothing"),
        (lambda m: m["columns"][4].update(role="texte"), "mapping.personal"),
        (lambda m: m["columns"][2].update(role="departement"), "mapping.twice"),
        (lambda m: m["columns"][6].update(role="case"), "mapping.form"),
        (lambda m: m.update(channel="en-ligne"), "mapping.channel"),
        (lambda m: m.update(columns="rien"), "mapping.form"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mapping_that_makes_no_sense_is_refused_with_a_sentence(change, code):
    job = make.sent(make.csv_of(make.TABLE), "tableau.csv")
    change(job.mapping)
    with pytest.raises(Refused) as refusal:
        make.configured(job)
    assert refusal.value.code == code
    assert len(str(refusal.value)) > 20


def test_a_title_and_a_unit_are_asked():
    job = make.sent(make.csv_of(make.TABLE), "tableau.csv")
    for label, unit, code in (("  ", "personne", "import.label"), ("Oui", "", "mapping.unit")):
        with pytest.raises(Refused) as refusal:
            services.configure(OPERATOR, job=job, mapping=job.mapping, unit=unit, label=label)
        assert refusal.value.code == code


def test_a_column_of_sixty_one_answers_is_no_closed_question_and_the_import_goes_back_to_its_columns():
    rows = [["Avis"], *[[f"Réponse {n}"] for n in range(61)]]
    job = make.sent(make.csv_of(rows), "avis.csv")
    job.mapping["columns"][0]["role"] = "choix"
    make.configured(job, label="Avis")
    assert carry_out(job.pk) == "table.choices"
    job.refresh_from_db()
    assert job.state == ImportState.DRAFT
    assert "texte libre" in job.error_message
    job.mapping["columns"][0]["role"] = "texte"
    assert make.recorded(make.checked(job)).report["added"] == 61


@pytest.mark.parametrize("role", ["choix", "choix-multiples"])
def test_words_longer_than_a_closed_answer_are_kept_nowhere_in_clear(role):
    words = "Depuis deux ans " + "je n’ai plus de médecin " * 5
    job = make.sent(make.csv_of([["Avis"], ["Oui"], [words[:120]], [words[:121]]]), "avis.csv")
    job.mapping["columns"][0]["role"] = role
    make.configured(job, label="Avis")
    assert carry_out(job.pk) == "table.choice_long"
    job.refresh_from_db()
    assert (job.state, job.questions) == (ImportState.DRAFT, [])
    assert "120 caractères" in job.error_message
    assert "texte libre" in job.error_message
    assert not SourceQuestion.objects.exists()
    job.mapping["columns"][0]["role"] = "texte"
    assert make.recorded(make.checked(job)).report["added"] == 3


def test_an_answer_of_a_hundred_and_twenty_characters_is_a_closed_one():
    job = make.sent(make.csv_of([["Avis"], ["Oui"], ["a" * 120]]), "avis.csv")
    job.mapping["columns"][0]["role"] = "choix"
    assert make.recorded(make.checked(job, label="Avis")).report["added"] == 2


def test_addresses_are_no_closed_answers_even_under_an_innocent_title():
    rows = [
        ["Avis", "Réponse"],
        *[["oui, je suis d’accord avec tout", f"a{n}@exemple.test"] for n in range(3)],
    ]
    job = make.sent(make.csv_of(rows), "avis.csv")
    assert [column["role"] for column in job.mapping["columns"]] == ["choix", "ignorer"]
    job.mapping["columns"][1] = {"name": "Réponse", "role": "choix"}
    make.configured(job, label="Avis")
    assert carry_out(job.pk) == "table.personal"


def test_two_sources_of_one_title_in_two_territories_are_two():
    data = make.csv_of(make.PROPOSALS)
    make.imported(data, label="Enquête", perimeter=department("46"))
    make.imported(data, label="Enquête", perimeter=department("30"))
    assert Source.objects.count() == 2
    assert Participation.objects.count() == 6


def test_files_left_there_and_old_reports_are_forgotten():
    with told_at(now() - timedelta(days=40)):
        left = make.sent(make.csv_of(make.PROPOSALS))
        old = make.imported(make.csv_of(make.TABLE), "tableau.csv")
    recent = make.sent(make.csv_of(make.GRANDDEBAT))
    assert services.forget_old() > 0
    left.refresh_from_db()
    assert left.state == ImportState.CANCELLED
    assert not left.parts.exists()
    assert not old.issues.exists()
    assert recent.parts.exists()


def test_the_mapping_is_remembered_by_titles_whatever_their_order():
    make.imported(make.csv_of(make.TABLE), "tableau.csv")
    turned = [list(reversed(row)) for row in make.TABLE]
    job = make.sent(make.csv_of(turned), "autre.csv")
    assert job.mapping["from"] == "memory"
    assert ImportMapping.objects.count() == 1
    assert {c["name"]: c["role"] for c in job.mapping["columns"]}["Âge"] == "age"


def test_the_ledger_holds_keyed_hashes_only():
    make.imported(make.csv_of(make.PROPOSALS))
    assert all(len(row.key) == 64 and int(row.key, 16) for row in ImportedRow.objects.all())


def test_another_file_or_territory_under_the_same_form_is_another_import():
    first = make.sent(make.csv_of(make.PROPOSALS), token="formulaire")
    other = make.sent(make.csv_of(make.GRANDDEBAT), token="formulaire")
    elsewhere = make.sent(make.csv_of(make.PROPOSALS), token="formulaire", perimeter=department("46"))
    assert len({first.pk, other.pk, elsewhere.pk}) == 3


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", "|"), ("utf-8", ",")]
)
def test_the_usual_encodings_and_delimiters_are_recognised(encoding, delimiter):
    job = make.imported(make.csv_of(make.TABLE, delimiter, encoding), "tableau.csv")
    assert job.report["added"] == 3
    assert "Trois mois pour un rendez-vous chez un spécialiste" in texts()


def test_the_memory_of_a_check_grows_with_the_number_of_rows_and_not_with_their_texts():
    import tracemalloc

    peaks = []
    for size in (200, 800):
        rows = [
            ["Vos besoins"],
            *[[f"{n} {'il faut un médecin près du village ' * 120}"] for n in range(size)],
        ]
        job = make.sent(make.csv_of(rows), "a.csv")
        make.configured(job, label=f"Essai {size}")
        tracemalloc.start()
        assert carry_out(job.pk) == "checked"
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # a row is four thousand letters long: what it costs is its keys
    assert (peaks[1] - peaks[0]) / 600 < 2_000
