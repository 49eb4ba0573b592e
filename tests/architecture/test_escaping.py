"""What people type stays text: templates escape everything, fetch nothing from elsewhere, and forms carry their token.

Fed by every template under src/fabrique. Feeds nothing: ruff (S308) holds the same rule over Python.
"""

import re

from tests.architecture.tree import shown, templates

#: a door by which something typed could become a page
_OPEN = re.compile(
    r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off|javascript:|<[a-z][^>{]*\son[a-z]+\s*=|\ssrcdoc\s*=",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|object|embed)\b[^>]*\s(?:src|href|data)\s*=\s*[\"'](?:https?:)?//"
)
_FORM = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)


def test_no_template_opens_a_door_to_what_was_typed():
    assert {
        shown(path): found[0] for path in templates() if (found := _OPEN.findall(path.read_text("utf-8")))
    } == {}


def test_no_template_fetches_anything_from_another_site():
    found = {shown(path): _ELSEWHERE.findall(path.read_text("utf-8")) for path in templates()}
    assert {path for path, addresses in found.items() if addresses} == set()


def test_every_form_that_writes_carries_its_token():
    bare = [
        shown(path)
        for path in templates()
        for form in _FORM.findall(path.read_text("utf-8"))
        if "csrf_token" not in form
    ]
    assert bare == []
