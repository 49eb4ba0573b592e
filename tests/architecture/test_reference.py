"""What is not documented is not finished: settings, commands, rights, addresses, words, translations."""

import importlib.util
import sys

import pytest
from django.core.management import get_commands
from django.utils.translation import override

from fabrique import cli
from tests.architecture.tree import ROOT


def script(name):
    """A module of scripts/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference, messages = script("reference"), script("messages")


@pytest.mark.parametrize("page", reference.PAGES, ids=lambda page: page.file)
def test_a_reference_page_holds_everything_and_describes_it(page):
    with override("fr"):
        assert reference.problems((page,)) == []


def test_the_glossary_holds_the_name_of_every_model():
    with override("fr"):
        assert reference.missing_terms() == []


def test_every_verb_of_the_help_exists():
    assert [verb for verb in cli.DJANGO_VERBS if verb not in get_commands()] == []


def test_every_command_of_ours_is_in_the_help():
    ours = {name for name, app in get_commands().items() if str(app).startswith("fabrique.")}
    assert ours - set(cli.DJANGO_VERBS) == set()


def test_the_english_catalogue_is_complete():
    assert messages.problems() == []


def test_descriptions_written_by_hand_survive_a_rewrite():
    page = reference.Page("x.md", "X", "Un essai.", ("nom", "ce que c’est"), lambda: [("`b`",), ("`a`",)])
    first = reference.rendered(page, "")
    written = first.replace("| `a` |  |", "| `a` | décrit à la main |") + "\nUne note à la fin.\n"
    again = reference.rendered(page, written)
    assert "| `a` | décrit à la main |" in again
    assert "| `b` |  |" in again
    assert again.endswith("\nUne note à la fin.\n")


class TestCatalogues:
    """The catalogue's own tools, on messages of the test."""

    def entries(self):
        one = messages.Entry("", 'Bonjour\n« à tous » "ici"', translations=["Hello"])
        many = messages.Entry("", "%(n)d an", "%(n)d ans", translations=["%(n)d year", "%(n)d years"])
        inside = messages.Entry("mois", "mai", translations=["May"])
        return {entry.key: entry for entry in (one, many, inside)}

    def test_a_po_file_reads_back_as_it_was_written(self, tmp_path):
        path = tmp_path / "django.po"
        messages.write_po(path, "en", self.entries())
        read = messages.read_po(path)
        assert {key: (e.plural, e.translations) for key, e in read.items()} == {
            key: (e.plural, e.translations) for key, e in self.entries().items()
        }

    def test_python_reads_the_compiled_catalogue(self, tmp_path):
        import gettext

        path = tmp_path / "django.mo"
        path.write_bytes(messages.mo_bytes("en", self.entries()))
        with path.open("rb") as opened:
            catalogue = gettext.GNUTranslations(opened)
        assert catalogue.gettext('Bonjour\n« à tous » "ici"') == "Hello"
        assert catalogue.ngettext("%(n)d an", "%(n)d ans", 2) == "%(n)d years"
        assert catalogue.pgettext("mois", "mai") == "May"
        assert catalogue.gettext("inconnu") == "inconnu"

    def test_zero_is_singular_in_french(self, tmp_path):
        import gettext

        entry = messages.Entry("", "%(n)d an", "%(n)d ans", translations=["%(n)d an", "%(n)d ans"])
        path = tmp_path / "django.mo"
        path.write_bytes(messages.mo_bytes("fr", {entry.key: entry}))
        with path.open("rb") as opened:
            assert gettext.GNUTranslations(opened).ngettext("%(n)d an", "%(n)d ans", 0) == "%(n)d an"

    def test_a_message_made_at_run_time_is_refused(self):
        import ast

        call = ast.parse("_(f'{a}')", mode="eval").body
        with pytest.raises(ValueError, match="must be a literal"):
            messages._entry(call, "x.py")

    def test_a_slot_lost_in_translation_is_seen(self):
        assert messages.places_of("%(a)s et {b}") != messages.places_of("%(a)s and")
