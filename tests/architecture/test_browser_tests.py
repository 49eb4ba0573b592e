"""Browser tests do not read a page that is still on its way.

Fed by the files of tests/e2e. Feeds nothing: `follow` and `leaving` of tests/e2e/browser.py are the way out.
"""

import ast

import pytest

from tests.architecture.tree import parsed, python_files, shown

FILES = [path for path in python_files("tests/e2e") if path.name.startswith("test_")]


def racing(module):
    """Lines where a bare click or key is followed at once by an `assert` or an axe run, which wait for nothing."""
    blocks = [
        block
        for node in ast.walk(module)
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list)
    ]
    return [
        first.lineno
        for block in blocks
        for first, second in zip(block, block[1:], strict=False)
        if _acts(first) and _reads(second)
    ]


def _acts(statement):
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    call = statement.value
    if not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr == "click" or (
        call.func.attr == "press" and "'Enter'" in map(ast.unparse, call.args)
    )


def _reads(statement):
    called = statement.value if isinstance(statement, ast.Expr) else None
    name = called.func if isinstance(called, ast.Call) else None
    return isinstance(statement, ast.Assert) or (isinstance(name, ast.Name) and name.id == "sound")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("button.click()\nassert page.title()", [1]),
        ("page.keyboard.press('Enter')\nsound(page)", [1]),
        ("def one():\n    button.click()\n    sound(page)", [2]),
        ("follow(page, button)\nassert page.title()", []),
        ("label.click()\nexpect(box).to_be_checked()", []),
        ("page.keyboard.press('Tab')\nassert page.title()", []),
    ],
)
def test_the_rule_sees_a_race_and_nothing_else(code, found):
    assert racing(ast.parse(code)) == found


def test_no_browser_test_reads_right_after_a_click():
    assert FILES
    assert [f"{shown(path)}:{line}" for path in FILES for line in racing(parsed(path))] == []
