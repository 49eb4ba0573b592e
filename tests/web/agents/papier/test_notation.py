"""What operators type, understood and written back; nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.consultations.services.definition import ChoiceDef, QuestionDef
from fabrique.paper.enums import Mark
from fabrique.web.agents.papier.notation import SIGNS, read_day, read_field


def question(kind, choices=3, **given_more):
    made = tuple(ChoiceDef(f"c{n}", f"Choix {n}") for n in range(1, choices + 1))
    return QuestionDef("q", kind, "Question", choices=made, **given_more)


SINGLE, MULTIPLE, RANKING = question("single"), question("multiple"), question("ranking")
TEXT, NUMBER, PLACE = question("long_text", 0), question("number", 0), question("territory", 2)


@pytest.mark.parametrize(("sign", "mark"), SIGNS.items())
@pytest.mark.parametrize("asked", [SINGLE, MULTIPLE, RANKING, TEXT, NUMBER, PLACE])
def test_a_sign_alone_is_a_mark_whatever_the_question(asked, sign, mark):
    assert read_field(asked, f" {sign} ").mark == mark


def test_nothing_typed_is_neither_an_answer_nor_a_blank():
    assert read_field(SINGLE, "  ") == read_field(TEXT, "")
    assert (read_field(SINGLE, "").answer, read_field(SINGLE, "").mark) == (None, "")


@pytest.mark.parametrize(
    ("asked", "typed", "answer"),
    [(SINGLE, "2", "c2"), (MULTIPLE, "13", ["c1", "c3"]), (MULTIPLE, "1 3", ["c1", "c3"]),
     (MULTIPLE, "3,1,3", ["c3", "c1"]), (RANKING, "3 1", ["c3", "c1"]), (RANKING, "31", ["c3", "c1"]),
     (question("multiple", 12), "1 12", ["c1", "c12"]), (NUMBER, "12,5", "12,5"), (TEXT, "Oui.", "Oui."),
     (TEXT, "??", "?"), (TEXT, "--", "-"), (PLACE, "2", {"special": "c2"}),
     (PLACE, "=46042", {"commune": "46042"}), (PLACE, "= 2a004", {"commune": "2A004"})],
)  # fmt: skip
def test_what_is_typed_is_understood(asked, typed, answer):
    assert read_field(asked, typed).answer == answer


@pytest.mark.parametrize(
    ("asked", "typed"),
    [(SINGLE, "4"), (SINGLE, "0"), (SINGLE, "12"), (SINGLE, "oui"), (MULTIPLE, "14"), (RANKING, "x"),
     (PLACE, "3")],
)  # fmt: skip
def test_a_number_that_is_no_box_is_refused(asked, typed):
    assert read_field(asked, typed).wrong == "choice"


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.usefixtures("occitanie")
@pytest.mark.parametrize("typed", ["46000", "cahors", "46000 Cahors", "46000 CAHORS", "46000, cahors"])
def test_a_commune_is_found_by_code_name_or_both(typed):
    assert read_field(PLACE, typed).answer == {"commune": "46042"}


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.usefixtures("occitanie")
def test_several_communes_are_proposed_and_none_is_chosen():
    found = read_field(PLACE, "l’isle")
    assert found.wrong == "communes"
    assert {commune.name for commune in found.params["found"]} == {"L’Isle-en-Dodon", "L’Isle-Jourdain"}
    assert read_field(PLACE, "nullepart").wrong == "nowhere"


def written(asked, answer, mark=""):
    """What one would have typed for that answer."""
    if mark:
        return next(sign for sign, held in SIGNS.items() if held == mark)
    if asked.choices:
        chosen = [answer] if isinstance(answer, str) else answer
        return " ".join(str(asked.choice_keys.index(key) + 1) for key in chosen)
    return answer * 2 if answer in SIGNS else answer


keys = st.lists(st.sampled_from(["c1", "c2", "c3"]), min_size=1, max_size=3, unique=True)


@given(keys)
def test_writing_then_reading_gives_the_same_choices(chosen):
    assert read_field(RANKING, written(RANKING, chosen)).answer == chosen
    assert read_field(MULTIPLE, written(MULTIPLE, chosen)).answer == chosen
    assert read_field(SINGLE, written(SINGLE, chosen[0])).answer == chosen[0]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_writing_then_reading_gives_the_same_text(text):
    stripped = text.strip()
    doubled = len(stripped) == 2 and stripped[0] == stripped[1] and stripped[0] in SIGNS
    if stripped and not doubled:
        assert read_field(TEXT, written(TEXT, stripped)).answer == stripped


@pytest.mark.parametrize("mark", [Mark.BLANK, Mark.ILLEGIBLE, Mark.AMBIGUOUS])
def test_writing_then_reading_gives_the_same_mark(mark):
    assert read_field(SINGLE, written(SINGLE, None, mark)).mark == mark


@pytest.mark.parametrize(
    ("typed", "day"),
    [("030226", date(2026, 2, 3)), ("3/2/2026", date(2026, 2, 3)), ("03/02/2026", date(2026, 2, 3)),
     ("3 02 26", date(2026, 2, 3)), ("-", None), ("?", None), ("", None)],
)  # fmt: skip
def test_a_day_is_read_as_the_french_write_it(typed, day):
    assert read_day(typed) == (day, True)


@pytest.mark.parametrize("typed", ["310226", "hier", "99", "32/01/26"])
def test_a_day_that_does_not_exist_is_not_understood(typed):
    assert read_day(typed) == (None, False)
