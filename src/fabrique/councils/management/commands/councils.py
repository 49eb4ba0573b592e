"""`fabrique councils load FILE`: make bodies known from a YAML or CSV file; `show` says which are known.

Fed by a file of data, never code. Feeds accounts.Body and its colleges; loaded again, the same file changes nothing.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.accounts.models import Body
from fabrique.accounts.services import load_bodies, rows_of_steering
from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.territories.models import Territory

YES = frozenset({"1", "oui", "true", "vrai"})


class Command(BaseCommand):
    help = _("Charge les instances de démocratie en santé (load) ou montre celles qui sont connues (show).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        load = steps.add_parser("load", help=_("charge les instances d’un fichier YAML ou CSV"))
        load.add_argument(
            "file",
            metavar="FICHIER",
            type=Path,
            help=_("fichier d’instances, ou fichier d’un plan qui les nomme"),
        )
        steps.add_parser("show", help=_("montre les instances connues"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["step"] == "show":
            self._show()
            return
        rows = _rows(options["file"])
        loaded = load_bodies(Operator("councils load"), rows=rows)
        for name, reason in loaded.set_aside:
            self.stdout.write(_("Mise de côté : %(name)s, %(reason)s") % {"name": name, "reason": reason})
        self.stdout.write(
            _("Instances ajoutées : %(added)d ; déjà connues : %(known)d ; mises de côté : %(aside)d.")
            % {"added": len(loaded.added), "known": len(loaded.known), "aside": len(loaded.set_aside)}
        )
        if loaded.set_aside:
            raise CommandError(
                _("Des instances n’ont pas été chargées : corrigez le fichier, puis relancez.")
            )

    def _show(self) -> None:
        for body in Body.objects.current().by_territory():
            door = _("porte ouverte") if body.door_open else _("porte fermée")
            self.stdout.write(f"{body.slug} · {body.name} · {door}")


def _rows(path: Path) -> list[dict[str, Any]]:
    """read_rows(), whatever stops it told in a sentence."""
    try:
        return read_rows(path)
    except UnicodeDecodeError as error:
        raise CommandError(
            _("Ce fichier n’est pas écrit en UTF-8. Enregistrez-le avec le codage « UTF-8 ».")
        ) from error
    except yaml.YAMLError as error:
        raise CommandError(
            _("Ce fichier n’est pas un fichier YAML lisible : vérifiez les retraits et les deux-points.")
        ) from error
    except OSError as error:
        raise CommandError(
            _("Le fichier « %(path)s » ne s’ouvre pas. Vérifiez son nom et son dossier.") % {"path": path}
        ) from error
    except (ValueError, Refused) as error:
        raise CommandError(_("Ce fichier ne se lit pas : %(error)s") % {"error": error}) from error


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of load_bodies. A CSV has their names as headers; a YAML holds a list, `bodies`, or a plan's steering.

    Raises OSError, ValueError (neither form), yaml.YAMLError, Refused (territories not loaded).
    """
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as opened:
            return [_typed(row) for row in csv.DictReader(opened)]
    content = yaml.safe_load(path.read_text("utf-8"))
    if isinstance(content, dict) and isinstance(content.get("steering"), dict):
        return rows_of_steering(content["steering"].get("bodies", []), Territory.objects.perimeter())
    rows = content.get("bodies") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise ValueError(_("ni une liste d’instances, ni « bodies », ni « steering »."))
    return rows


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A line of a CSV, its yes-or-no and its days read as such."""
    typed: dict[str, Any] = {name: value for name, value in row.items() if value}
    for name in ("door_open", "composition_known"):
        if name in typed:
            typed[name] = str(typed[name]).strip().lower() in YES
    if "answer_days" in typed:
        typed["answer_days"] = int(typed["answer_days"])
    return typed
