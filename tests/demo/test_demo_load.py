"""The demonstration at one hundredth: loaded once and no more, refused elsewhere, fictitious on every page.

Fed by `fabrique demo --size 82 --encoder lexical` on the small Occitanie. Feeds confidence in `make demo`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import TestCase, override_settings
from django.urls import reverse

from fabrique.accounts.models import Role, User
from fabrique.analysis.models import Quote, Run, Theme
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Contribution, Participation
from fabrique.demo.loader import load
from fabrique.demo.people import PASSWORD, PEOPLE, address
from fabrique.restitution.models import Publication, PublishedFigure
from tests.factories.territories import load_small

SIZE = 82


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    models = (User, Role, Consultation, Participation, Contribution, Run, Theme, Quote, PublishedFigure)
    return {model.__name__: model.objects.count() for model in models}


class InAFolderOfItsOwn(TestCase):
    """Settings of a demonstration instance whose files go to a temporary folder."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="fabrique-demo-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        changed = override_settings(
            FABRIQUE_DEMONSTRATION=True, VAR=cls.folder, FABRIQUE_CACHE=cls.folder / "cache"
        )
        changed.enable()
        cls.addClassCleanup(changed.disable)
        super().setUpClass()


class TestDemonstrationAtOneHundredth(InAFolderOfItsOwn):
    @classmethod
    def setUpTestData(cls) -> None:
        load_small()
        cls.told = demo("--size", str(SIZE), "--encoder", "lexical")
        cls.published = Consultation.objects.get(state=State.PUBLISHED)
        cls.open = Consultation.objects.get(state=State.OPEN)
        cls.publication = Publication.objects.in_force(cls.published)

    def test_every_response_is_recorded_and_the_second_wave_is_open(self) -> None:
        assert Participation.objects.filter(source=self.published.source).count() == SIZE
        online = Participation.objects.filter(source=self.open.source, channel=Channel.WEB)
        assert online.count() == 1

    def test_the_terminal_hears_of_each_step_in_french(self) -> None:
        for sentence in (
            "consultation fictive écrite et ouverte",
            "82 réponses enregistrées sur 82",
            "analyse des textes",
            "citations approuvées",
            "résultats publiés",
        ):
            assert sentence in self.told

    def test_named_people_accepted_the_themes_and_validated_the_figures(self) -> None:
        assert Theme.objects.accepted().exists()
        assert not Theme.objects.filter(state="propose").exists()
        assert not self.publication.figures.filter(figure__validated_by=None).exists()
        assert self.publication.published_by.email == address("direction")

    def test_the_story_is_told_in_order(self) -> None:
        run, publication = self.publication.run, self.publication
        assert self.published.closes_at < run.corpus_read_at < publication.published_at < self.open_until()

    def open_until(self):
        return self.open.closes_at

    def test_a_second_call_says_that_all_is_there_and_changes_nothing(self) -> None:
        before = counts()
        assert "déjà chargée" in demo("--size", str(SIZE))
        assert counts() == before

    def test_half_of_a_demonstration_is_not_taken_for_a_whole_one(self) -> None:
        note = self.folder / "demonstration.txt"
        kept = note.read_text("utf-8")
        note.unlink()
        try:
            with pytest.raises(CommandError, match="déjà des consultations"):
                demo("--size", "1")
        finally:
            note.write_text(kept, "utf-8")

    def test_addresses_accounts_and_a_code_to_follow_are_told(self) -> None:
        told = demo("--accounts")
        assert PASSWORD in told
        for _role, mailbox, name in PEOPLE:
            assert address(mailbox) in told
            assert name in told
        for route in ("/suivre/", "/connexion/", reverse("resultats:detail", args=[self.published.slug])):
            assert route in told
        code = (self.folder / "demonstration.txt").read_text("utf-8")
        assert code in told
        page = self.client.post(reverse("suivre:code"), {"code": code}, follow=True)
        assert page.redirect_chain[-1][0] == reverse("suivre:reponse")

    def test_each_account_opens_the_agents_front_room(self) -> None:
        for _role, mailbox, _name in PEOPLE:
            assert self.client.login(username=address(mailbox), password=PASSWORD), mailbox
            assert self.client.get(reverse("agents:accueil")).status_code == 200

    def public_pages(self) -> list[str]:
        """Every public page that a visitor reaches by links from the home page, and the answering pages."""
        seen: set[str] = set()
        waiting = [
            "/",
            reverse("suivre:code"),
            reverse("repondre:debut", args=[self.open.slug]),
            reverse("connexion"),
        ]
        while waiting:
            page = waiting.pop()
            answer = self.client.get(page)
            if page in seen or answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            seen.add(page)
            links = re.findall(r'href="(/[^"#?]*)', answer.content.decode())
            waiting += [link for link in links if not link.startswith("/static/") and link not in seen]
        return sorted(seen)

    def test_every_public_page_says_that_it_is_fictitious(self) -> None:
        pages = self.public_pages()
        assert len(pages) > 15
        assert any("/preuve/" in page for page in pages)
        silent = [page for page in pages if "fictive" not in self.client.get(page).content.decode()]
        assert silent == []

    def test_quotes_shown_in_public_hold_no_phone_number_nor_address(self) -> None:
        page = self.client.get(reverse("resultats:detail", args=[self.published.slug])).content.decode()
        assert "<blockquote" in page
        shown = " ".join(re.findall(r"<blockquote.*?</blockquote>", page, re.S))
        assert not re.search(r"\b0[1-9](?:[ .]?\d\d){4}\b|\w@\w", shown)


class TestBeforeTheTerritories(InAFolderOfItsOwn):
    def test_it_says_what_to_load_first(self) -> None:
        with pytest.raises(CommandError, match="fabrique territories load"):
            demo("--size", "1", "--encoder", "lexical")
        assert not User.objects.exists()


class TestRefusalsOfTheDemonstration(InAFolderOfItsOwn):
    @classmethod
    def setUpTestData(cls) -> None:
        load_small()

    def test_it_is_refused_on_an_instance_that_is_not_a_demonstration(self) -> None:
        before = counts()
        with (
            self.settings(FABRIQUE_DEMONSTRATION=False),
            pytest.raises(CommandError, match="n’est pas une démonstration"),
        ):
            demo("--size", "1", "--encoder", "lexical")
        assert counts() == before

    def test_it_is_refused_where_there_are_consultations(self) -> None:
        from tests.factories.consultations import opened

        opened()
        with pytest.raises(CommandError, match="déjà des consultations"):
            demo("--size", "1", "--encoder", "lexical")

    def test_a_size_of_nothing_is_refused(self) -> None:
        with pytest.raises(CommandError, match="au moins une réponse"):
            demo("--size", "0", "--encoder", "lexical")

    def test_two_loadings_give_the_same_answers_and_the_same_themes(self) -> None:
        assert self.loaded_then_undone() == self.loaded_then_undone()

    def loaded_then_undone(self) -> tuple[list[str], list[tuple[str, int]]]:
        class Undo(Exception):
            pass

        try:
            with transaction.atomic():
                load(size=40, encoder="lexical", say=mock.Mock())
                texts = [row.raw_text for row in Contribution.objects.order_by("pk")]
                themes = Theme.objects.order_by("position", "pk").values_list("label", "state")
                raise Undo
        except Undo:
            return texts, list(themes)
