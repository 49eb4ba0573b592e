"""Forms out: pyxform accepts whatever we export, an independent engine finds nothing to say, reading back is the same.

Fed by random questionnaires. Feeds confidence in field.services.sheets, workbook and reading.
"""

from __future__ import annotations

import io
from typing import Any
from xml.etree.ElementTree import canonicalize

import pytest
import rxeval
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from fabrique.consultations.models import Consultation
from fabrique.consultations.services import definition_of, load_questionnaire, put_translations, texts_of
from fabrique.field.services import import_xlsform, sheets_of, workbook_of, xform_of
from fabrique.field.services.xforms import converted
from tests.factories import consultations
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]

#: what people type in a title: accents, quotes, references, markup, emoji, right-to-left
words = st.text(
    st.sampled_from("aéàçœ’'\"«»<>&${}%#*_-?!.,;:()/\\ =+@🙏م1 "), min_size=1, max_size=60
).filter(lambda text: text.strip())
keys = st.lists(
    st.from_regex(r"[a-z][a-z0-9]{1,6}(-[a-z0-9]{1,3})?", fullmatch=True), min_size=2, max_size=4, unique=True
)


@st.composite
def questions(draw: Any, key: str, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(
            ["single", "multiple", "ranking", "scale", "number", "short_text", "long_text", "territory"]
        )
    )
    made: dict[str, Any] = {"key": key, "kind": kind, "title": draw(words)}
    if draw(st.booleans()):
        made["help"] = draw(words)
    if draw(st.booleans()):
        made["required"] = True
    if kind in ("single", "multiple", "ranking", "scale", "territory"):
        listed = draw(keys)
        made["choices"] = [{"key": one, "label": draw(words)} for one in listed]
        if kind == "scale":
            for place, choice in enumerate(made["choices"]):
                choice["value"] = place + 1
        if kind in ("multiple", "ranking"):
            made["max"] = draw(st.integers(1, len(listed)))
        if kind == "multiple" and draw(st.booleans()):
            made["none"] = listed[-1]
    if kind == "number":
        made |= {"min": draw(st.integers(-5, 0)), "max": draw(st.integers(1, 500)), "unit": "minutes"}
    if kind in ("short_text", "long_text") and draw(st.booleans()):
        made["max_length"] = draw(st.integers(10, 400))
    asked = [one for one in earlier if one["kind"] in ("single", "multiple", "scale", "ranking")]
    if asked and draw(st.booleans()):
        on = draw(st.sampled_from(asked))
        chosen = draw(
            st.lists(st.sampled_from([c["key"] for c in on["choices"]]), min_size=1, max_size=2, unique=True)
        )
        made["show_if"] = {"question": on["key"], "any_of": chosen}
    return made


@st.composite
def questionnaires(draw: Any) -> dict[str, Any]:
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        made.append(draw(questions(f"q{number}-x", made)))
    half = max(1, len(made) // 2)
    parts = [part for part in (made[:half], made[half:]) if part]
    return {
        "sections": [
            {"key": f"part-{n}", "title": draw(words), "intro": draw(words), "questions": part}
            for n, part in enumerate(parts)
        ]
    }


def drafted(content: dict[str, Any]) -> Consultation:
    consultation = consultations.draft()
    load_questionnaire(OPERATOR, consultation=consultation, content=content)
    return consultation


def as_written(text: str) -> str:
    """What a form keeps of a text: no reference, no space around."""
    return text.replace("${", "$ {").strip()


def shape(consultation: Consultation) -> list[Any]:
    definition = definition_of(consultation.questionnaires.latest_version())
    return [
        (
            as_written(section.title),
            as_written(section.introduction),
            [
                (
                    question.kind,
                    as_written(question.title),
                    as_written(question.help),
                    question.required,
                    question.maximum,
                    question.max_length,
                    question.min_value,
                    question.max_value,
                    question.unit,
                    [(c.key, as_written(c.label), c.value, c.exclusive) for c in question.choices],
                    question.show_if and (question.show_if.question, sorted(question.show_if.any_of)),
                    question.key,
                )
                for question in section.questions
            ],
        )
        for section in definition.sections
    ]  # fmt: skip


FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(questionnaires())
def test_pyxform_accepts_it_and_the_engine_finds_nothing_that_would_not_travel(
    content: dict[str, Any],
) -> None:
    version = drafted(content).questionnaires.latest_version()
    made = xform_of(version)
    assert rxeval.check_form(made.xml) == []
    rxeval.Session(made.xml).recompute()
    # the file that an agent downloads is the same form to the converter
    again = convert(io.BytesIO(workbook_of(sheets_of(version))), form_name="data", file_type=".xlsx")
    assert canonicalize(again.xform) == canonicalize(made.xml)


@FEW
@given(questionnaires())
def test_what_we_export_is_read_back_the_same(content: dict[str, Any]) -> None:
    origin = drafted(content)
    data = workbook_of(sheets_of(origin.questionnaires.latest_version()))
    target = consultations.draft("Une autre")
    report = import_xlsform(OPERATOR, consultation=target, data=data, name="formulaire.xlsx")
    assert shape(target) == shape(origin)
    assert report.set_aside == ()


def test_the_languages_travel_out_and_back() -> None:
    consultation = consultations.draft()
    load_questionnaire(OPERATOR, consultation=consultation, content=consultations.content())
    version = consultation.questionnaires.latest_version()
    for language in ("oc", "ar"):
        texts = {text.key: f"[{language}] {text.original}" for text in texts_of(version, language)}
        put_translations(OPERATOR, version=version, language=language, texts=texts)
    sheets = sheets_of(version)
    assert 'lang="العربية (ar)"' in converted(sheets).xml
    target = consultations.draft("Une autre")
    import_xlsform(OPERATOR, consultation=target, data=workbook_of(sheets), name="formulaire.xlsx")
    back = definition_of(target.questionnaires.latest_version(), language="ar")
    assert back.question("easy").title == "[ar] Je me soigne facilement."
    assert back.question("difficulties").choices[0].label == "[ar] Le délai"


def test_the_whole_questionnaire_of_the_tests_has_every_rule_of_the_web() -> None:
    xml = xform_of(consultations.opened().questionnaires.current()).xml
    assert "count-selected(.) &lt;= 2" in xml
    assert "selected(., 'none')" in xml
    assert "string-length(.) &lt;= 3000" in xml
    assert ". &gt;= 0 and . &lt;= 180" in xml
    assert "jr://file-csv/communes.csv" in xml
