"""Rules of the house on files: sizes, places, docstrings, words."""

import ast
import re

import pytest

from tests.architecture.tree import DOMAIN_APPS, FABRIQUE, ROOT, parsed, python_files, shown, templates

CODE = python_files("src")
LISTED = {
    "__init__.py", "apps.py", "models.py", "enums.py", "querysets.py", "services.py", "perms.py", "tasks.py",
}  # fmt: skip
FOLDERS = {"models", "querysets", "services", "migrations", "management", "data"}
#: files of another kind, each in an ADR or in the design's own words
EXCEPTIONS = {
    "accounts/actors.py": "design, decided once: Actor",
    "accounts/rights.py": "design, decided once: Rights = role × territory × verb",
    "plan/progress.py": "ADR 0015: how actions stand, read from several tables",
    "plan/disclosure.py": "ADR 0015: which indicator values are too few people to be public, pure",
    "plan/completeness.py": "ADR 0015: what a sheet must state, pure",
    "plan/waiting.py": "ADR 0015: what an action asks of its lead, pure",
    **{
        f"common/{name}.py": "design: common holds what every app shares"
        for name in (
            "actors", "checks", "clock", "conflicts", "crypto", "errors", "fields", "files",
            "folding", "gate", "identifiers", "journal", "registry", "uploads",
        )
    },
}  # fmt: skip


def functions(path):
    return [
        node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_the_tree_is_there():
    assert len(CODE) > 50, "the tests below would pass on nothing"
    assert templates()


def test_files_stay_under_500_lines():
    sizes = {shown(path): len(path.read_text("utf-8").splitlines()) for path in CODE}
    sizes |= {shown(path): len(path.read_text("utf-8").splitlines()) for path in python_files("scripts")}
    assert {path: lines for path, lines in sizes.items() if lines >= 500} == {}


def test_functions_stay_under_40_lines():
    long = {
        f"{shown(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in CODE
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 >= 40
    }
    assert long == {}


def test_test_files_stay_under_1000_lines():
    sizes = {shown(path): len(path.read_text("utf-8").splitlines()) for path in python_files("tests")}
    assert {path: lines for path, lines in sizes.items() if lines >= 1000} == {}


@pytest.mark.parametrize("app", DOMAIN_APPS)
def test_a_domain_app_holds_only_the_listed_kinds_of_file(app):
    others = [
        shown(path)
        for path in sorted((FABRIQUE / app).rglob("*.py"))
        if path.relative_to(FABRIQUE / app).parts[0] not in LISTED | FOLDERS
        and path.relative_to(FABRIQUE).as_posix() not in EXCEPTIONS
    ]
    assert others == [], "list it in an ADR, then here"


def test_the_exceptions_exist():
    assert [name for name in EXCEPTIONS if not (FABRIQUE / name).exists()] == []


def test_a_module_says_what_it_is_for_what_feeds_it_and_what_it_feeds():
    silent = []
    for path in CODE:
        body = parsed(path).body
        said = ast.get_docstring(parsed(path)) or ""
        if body and path.name != "apps.py" and len([line for line in said.splitlines() if line.strip()]) < 2:
            silent.append(shown(path))
    assert [
        path for path in silent if not path.endswith(("__init__.py", "wsgi.py")) and "/settings/" not in path
    ] == []


def test_nothing_is_left_to_do_in_a_comment():
    marks = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    assert [shown(path) for path in CODE if marks.search(path.read_text("utf-8"))] == []


def test_no_signal_and_no_generic_foreign_key_of_ours():
    banned = re.compile(
        r"GenericForeignKey|GenericRelation|django\.dispatch|@receiver|(pre|post)_(save|delete|init|migrate)\b|m2m_changed"
    )
    assert [shown(path) for path in CODE if banned.search(path.read_text("utf-8"))] == []


def test_no_rule_hides_in_a_save_method():
    overridden = [
        f"{shown(path)}:{function.name}"
        for path in CODE
        if path.name == "models.py" or "models" in path.parts
        for function in functions(path)
        if function.name in ("save", "delete", "clean", "full_clean")
    ]
    assert overridden == []


def test_the_word_that_promises_too_much_is_never_shown():
    promised = re.compile(r"anonym(e|at|is|ous)", re.IGNORECASE)
    shown_texts = {shown(path): path.read_text("utf-8") for path in templates()}
    shown_texts |= {
        shown(path): path.read_text("utf-8") for path in sorted((FABRIQUE / "locale").rglob("*.po"))
    }
    for path in CODE:
        if path.is_relative_to(FABRIQUE):
            shown_texts[shown(path)] = "\n".join(_translatable(path))
    assert [path for path, text in shown_texts.items() if promised.search(text)] == []


def _translatable(path):
    for node in ast.walk(parsed(path)):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called == "_" or "gettext" in called:
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def test_no_file_names_the_host_of_a_registry():
    hosts = re.compile(
        r"pypi\.org|pythonhosted|npmjs\.(org|com)|unpkg|jsdelivr|artifactory|nexus|index-url|extra-index"
    )
    kept = {
        ".py",
        ".toml",
        ".cfg",
        ".lock",
        ".txt",
        ".md",
        ".html",
        ".js",
        ".css",
        ".sh",
        ".yml",
        ".yaml",
        ".json",
    }
    watched = [path for path in sorted(ROOT.rglob("*")) if path.suffix in kept and path.is_file()]
    watched = [p for p in watched if not {".venv", ".git", "var", "build", "node_modules"} & set(p.parts)]
    named = [
        shown(path)
        for path in watched
        if path != ROOT / "tests/architecture/test_house.py"
        and hosts.search(path.read_text("utf-8", "replace"))
    ]
    assert [path for path in named if path != "scripts/lock.sh"] == []  # lock.sh turns these options off


def test_template_pages_carry_no_inline_style_nor_handler():
    inline = re.compile(r"\sstyle=\"|\son(click|change|submit|load|input)=", re.IGNORECASE)
    assert [shown(path) for path in templates() if inline.search(path.read_text("utf-8"))] == []


def test_the_clock_is_read_in_one_place():
    reads = re.compile(
        r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(|timezone\.localdate\(\)"
    )
    elsewhere = [
        shown(path)
        for path in CODE
        if path != FABRIQUE / "common" / "clock.py" and reads.search(path.read_text("utf-8"))
    ]
    assert elsewhere == []


#: the journal's sink, called by common.journal with its four values
POSITIONAL = {"write_line"}


def test_writing_verbs_take_the_actor_first_and_the_rest_by_name():
    wrong = []
    for path in CODE:
        if path.name != "services.py" and "services" not in path.parts:
            continue
        for verb in (node for node in parsed(path).body if isinstance(node, ast.FunctionDef)):
            names = [arg.arg for arg in verb.args.args]
            public = not verb.name.startswith("_") and verb.name not in POSITIONAL
            if public and "actor" in names and names != ["actor"]:
                wrong.append(f"{shown(path)}:{verb.name}")
    assert wrong == []
