"""Questionnaires of LimeSurvey: each kind of question, conditions, what is left out, the draft that comes of it.

Fed by factories/imports.py. Feeds confidence in services.lss_reading and services.lss.
"""

from __future__ import annotations

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation, Question
from fabrique.imports.enums import ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services.execution import carry_out
from fabrique.imports.services.lss_reading import read_survey
from tests.factories import imports as make

FORM = ImportKind.LIMESURVEY_FORM


def everything() -> bytes:
    """One question of each type of LimeSurvey, in its order."""
    types = "L!O5YGMPRNSTUQKFABCEXDI*|1"
    questions = [
        make.question(str(n), f"Q{n}", kind, f"Question {kind} ?") for n, kind in enumerate(types, start=1)
    ]
    answers, subs = [], []
    for n, kind in enumerate(types, start=1):
        if kind in "L!OFR":
            answers += [
                make.answer(str(n), "A1", "La première", "1"),
                make.answer(str(n), "A2", "<b>La seconde</b>", "2"),
            ]
        if kind in "MPQKFABCE":
            subs += [
                make.subquestion(f"{n}01", str(n), "SQ1", "Un"),
                make.subquestion(f"{n}02", str(n), "SQ2", "Deux"),
            ]
    return make.survey("".join(questions), answers="".join(answers), subquestions="".join(subs))


def test_each_type_becomes_the_nearest_kind_or_is_told():
    survey = read_survey(everything())
    found = survey.content["sections"][0]["questions"]
    kinds: dict[str, list[str]] = {}
    for question in found:
        kinds.setdefault(question["title"][9:10], []).append(question["kind"])
    assert kinds == {
        "L": ["single"], "!": ["single"], "O": ["single"], "5": ["scale"], "Y": ["single"], "G": ["single"],
        "M": ["multiple"], "P": ["multiple"], "R": ["ranking"], "N": ["number"], "S": ["short_text"],
        "T": ["long_text"], "U": ["long_text"], "Q": ["short_text"] * 2, "K": ["number"] * 2, "F": ["single"] * 2,
        "A": ["scale"] * 2, "B": ["scale"] * 2, "C": ["single"] * 2, "E": ["single"] * 2,
    }  # fmt: skip
    told = dict(survey.set_aside)
    assert {"Q22", "Q23", "Q24", "Q25", "Q26"} <= set(told)
    assert "laissée" in told["Q22"]
    assert survey.content["sections"][0]["intro"].endswith("Question X ?")
    labels = [choice["label"] for choice in found[0]["choices"]]
    assert labels == ["La première", "La seconde"]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_draft_holds_every_question_and_nothing_is_open(occitanie, editor):
    job = make.made(everything(), "enquete.lss", kind=FORM, actor=editor)
    consultation = Consultation.objects.get(public_id=job.result)
    assert (consultation.state, consultation.title, consultation.summary) == (
        State.DRAFT, "La santé au village", "Une enquête",
    )  # fmt: skip
    assert Question.objects.filter(version__consultation=consultation).count() == 27
    assert (job.state, job.report["added"]) == (ImportState.DONE, 1)
    assert any(where == "Q22" for where, _said in job.report["set_aside"])


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_same_questionnaire_twice_makes_one_draft(occitanie):
    first = make.made(everything(), "enquete.lss", kind=FORM)
    again = make.made(everything(), "copie.lss", kind=FORM)
    assert (again.result, again.report["known"], again.report["added"]) == (first.result, 1, 0)
    assert Consultation.objects.count() == 1


def test_a_condition_on_one_earlier_answer_is_kept_and_any_other_is_told():
    two = make.answer("1", "A1", "Oui", "1") + make.answer("1", "A2", "Non", "2")
    boxes = make.subquestion("201", "2", "SQ1", "Dents") + make.subquestion("202", "2", "SQ2", "Yeux")
    questions = (
        make.question("1", "Q1", "L", "Avez-vous renoncé ?", mandatory="Y")
        + make.question("2", "Q2", "M", "À quoi ?", relevance='((Q1.NAOK == "A1"))')
        + make.question(
            "3", "Q3", "T", "Pourquoi ?", relevance="(Q2_SQ1.NAOK == 'Y') or (Q2_SQ2.NAOK == 'Y')"
        )
        + make.question("4", "Q4", "T", "Et après ?", relevance="(Q1.NAOK == 'A1' and Q2_SQ1.NAOK == 'Y')")
        + make.question("5", "Q5", "T", "Ailleurs ?", relevance="count(Q2.NAOK) > 1")
    )
    survey = read_survey(make.survey(questions, answers=two, subquestions=boxes))
    one, two_, three, four, five = survey.content["sections"][0]["questions"]
    assert one["required"] is True
    assert two_["show_if"] == {"question": "q1", "any_of": ["a1"]}
    assert three["show_if"] == {"question": "q2", "any_of": ["sq1", "sq2"]}
    assert "show_if" not in four
    assert "show_if" not in five
    assert [where for where, said in survey.set_aside if "condition" in said] == ["Q4", "Q5"]


def test_other_becomes_a_choice_and_a_text_shown_to_who_ticks_it():
    questions = make.question("1", "Q1", "L", "Votre métier ?", other="Y")
    survey = read_survey(make.survey(questions, answers=make.answer("1", "A1", "Soignant", "1")))
    first, second = survey.content["sections"][0]["questions"]
    assert [choice["key"] for choice in first["choices"]] == ["a1", "autre"]
    assert (second["kind"], second["show_if"]) == ("short_text", {"question": "q1", "any_of": ["autre"]})


def test_recent_versions_keep_their_texts_apart():
    data = make.survey(make.question("7", "Q1", "S", "").replace("<question><![CDATA[]]></question>", ""))
    texts = (
        "<question_l10ns><rows><row><id>1</id><qid>7</qid><question>Votre commune ?</question><help>Aide</help>"
        "<language>fr</language></row><row><id>2</id><qid>7</qid><question>Your town?</question>"
        "<language>en</language></row></rows></question_l10ns>"
    )
    data = data.replace(b"</document>", texts.encode() + b"</document>")
    data = data.replace(
        b"<language>fr</language></languages>", b"<language>fr</language><language>en</language></languages>"
    )
    survey = read_survey(data)
    question = survey.content["sections"][0]["questions"][0]
    assert (question["title"], question["help"]) == ("Votre commune ?", "Aide")
    assert ("en", "Les traductions ne sont pas reprises.") in survey.set_aside


@pytest.mark.django_db
def test_only_who_may_write_a_consultation_imports_a_questionnaire(occitanie, personas):
    data = make.survey(make.question("1", "Q1", "S", "Votre commune ?"))
    for agent in (personas[code] for code in (RoleCode.OPERATOR, RoleCode.MODERATOR, RoleCode.READER)):
        with pytest.raises(Forbidden):
            make.sent(data, "a.lss", kind=FORM, actor=agent)
    assert not ImportJob.objects.exists()


@pytest.mark.django_db
def test_the_right_is_asked_again_when_the_worker_makes_the_draft(occitanie, editor):
    from fabrique.accounts.services import end_role
    from tests.factories.accounts import role_of

    job = make.sent(
        make.survey(make.question("1", "Q1", "S", "Votre commune ?")), "a.lss", kind=FORM, actor=editor
    )
    end_role(make.OPERATOR, role=role_of(editor))
    assert carry_out(job.pk) == "forbidden"
    job.refresh_from_db()
    assert job.state == ImportState.FAILED
    assert not Consultation.objects.exists()
