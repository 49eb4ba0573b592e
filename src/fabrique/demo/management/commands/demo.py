"""`fabrique demo`: load the fictitious demonstration; `--accounts`: say what to open and with which accounts.

Fed by fabrique.demo.loader. Feeds `make demo`.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.demo.generator import FULL_SIZE
from fabrique.demo.loader import load
from fabrique.demo.people import DEPARTMENT_LEADS, PASSWORD, PEOPLE, address

NOTE = "demonstration.txt"


class Command(BaseCommand):
    help = _("Charge la démonstration fictive, ou rappelle ce qu’il faut ouvrir (--accounts).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size", type=int, default=FULL_SIZE, help=_("nombre de réponses (8 238 par défaut)")
        )
        parser.add_argument(
            "--encoder",
            choices=["auto", "use", "lexical"],
            default="auto",
            help=_("représentation des textes : « lexical » va plus vite"),
        )
        parser.add_argument("--accounts", action="store_true", help=_("affiche les adresses et les comptes"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._accounts()
            return
        if self._loaded():
            self.stdout.write(
                _("  La démonstration est déjà chargée (« make clean » pour repartir de rien).")
            )
            return
        try:
            loaded = load(size=options["size"], encoder=options["encoder"], say=self._say)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        (settings.VAR / NOTE).write_text(loaded.code, encoding="utf-8")

    def _loaded(self) -> bool:
        """Whole: the note is written last. Half of one is refused by the loader, which says what to do."""
        return (
            settings.FABRIQUE_DEMONSTRATION
            and (settings.VAR / NOTE).exists()
            and Consultation.objects.exists()
        )

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()

    def _accounts(self) -> None:
        note = settings.VAR / NOTE
        lines = ["", _("À ouvrir une fois le site lancé :"), "  /                 " + _("l’accueil")]
        for consultation in Consultation.objects.visible_to_public().order_by("opens_at"):
            if consultation.state == State.PUBLISHED:
                lines.append(f"  /resultats/{consultation.slug}/   " + _("les résultats publiés"))
            else:
                lines.append(f"  /consultations/{consultation.slug}/   " + _("répondre au questionnaire"))
        lines.append("  /suivre/          " + _("suivre une réponse"))
        lines.append("  /plan/            " + _("Plan de santé"))
        lines.append("  /territoires/     " + _("Territoires"))
        if note.exists():
            lines.append(
                "  " + _("Code d’une réponse déjà publiée : %(code)s") % {"code": note.read_text("utf-8")}
            )
        lines += [
            "  /connexion/       " + _("espace des agents"),
            "",
            _("Comptes (mot de passe : %(p)s) :") % {"p": PASSWORD},
        ]
        lines += [f"  {address(mailbox):<38} {name}" for _of, mailbox, name in (*PEOPLE, *DEPARTMENT_LEADS)]
        self.stdout.write("\n".join(lines))
