"""`fabrique territories load|show`: store the official geography, or say what is stored.

Fed by the extract that ships with Fabrique. Feeds the tables of territories.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.territories.enums import Level
from fabrique.territories.models import Postcode, Territory
from fabrique.territories.services import Geography, load_territories, read_geography


class Command(BaseCommand):
    help = _("Charge les territoires de France (load) ou montre ce qui est chargé (show).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        load = steps.add_parser("load", help=_("charge les territoires ; relancer ne change rien"))
        load.add_argument("--region", help=_("code d’une seule région, par exemple 76"))
        steps.add_parser("show", help=_("montre ce qui est chargé"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["step"] == "load":
            self._load(options["region"])
        else:
            self._show()

    def _load(self, region: str | None) -> None:
        try:
            loaded = load_territories(
                Operator("territories load"), geography=_geography(region), progress=self._progress
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for code, name, reason in loaded.set_aside:
            self.stdout.write(
                _("Mis de côté : %(name)s (%(code)s), %(reason)s.")
                % {"name": name, "code": code, "reason": reason}
            )
        self.stdout.write(
            _(
                "Territoires chargés (édition %(edition)s) : %(territories)d territoires, "
                "dont %(communes)d communes, %(postcodes)d codes postaux par commune, "
                "%(margins)d marges de population."
            )
            % {
                "edition": loaded.edition,
                "territories": loaded.territories,
                "communes": loaded.communes,
                "postcodes": loaded.postcodes,
                "margins": loaded.margins,
            }
        )

    def _progress(self, step: str, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{step} : {done} / {total}", ending="" if done < total else "\n")

    def _show(self) -> None:
        levels = Territory.objects.order_by().values("level").annotate(count=Count("pk"))
        counts = dict(levels.values_list("level", "count"))
        for level in Level:
            self.stdout.write(f"{level.label} : {counts.get(level.value, 0)}")
        self.stdout.write(_("codes postaux : %(count)d") % {"count": Postcode.objects.count()})
        try:
            perimeter = Territory.objects.perimeter()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_("périmètre de l’instance : %(name)s") % {"name": perimeter.name})


def _geography(region: str | None) -> Geography:
    geography = read_geography()
    if region is None:
        return geography
    try:
        return geography.restricted_to(region)
    except KeyError as unknown:
        raise CommandError(
            _("Aucune région ne porte le code « %(code)s ». Exemple : 76 pour l’Occitanie.")
            % {"code": region}
        ) from unknown
