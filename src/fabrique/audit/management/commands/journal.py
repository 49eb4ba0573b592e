"""`fabrique journal seal|verify`: seal what waits, or recompute the whole chain.

Fed by the journal's tables. Feeds the auditor: `verify` ends with status 1 where a seal is broken.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Operator
from fabrique.audit.services import Verification, seal_batch, verify


class Command(BaseCommand):
    help = _("Scelle les lignes du journal qui attendent (seal) ou vérifie toute la chaîne (verify).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("seal", help=_("scelle, par lots, les lignes qui attendent"))
        steps.add_parser(
            "verify", help=_("recalcule chaque sceau ; le code de sortie est 1 si l’un est rompu")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["step"] == "seal":
            self._seal()
        else:
            self._verify()

    def _seal(self) -> None:
        lines = seals = 0
        while seal := seal_batch(Operator("journal seal")):
            lines += seal.lines
            seals += 1
        if not seals:
            self.stdout.write(_("Rien à sceller."))
            return
        self.stdout.write(
            _("Lignes scellées : %(lines)d. Sceaux ajoutés : %(seals)d.") % {"lines": lines, "seals": seals}
        )

    def _verify(self) -> None:
        found = verify(Operator("journal verify"))
        self.stdout.write(
            _("Lignes vérifiées : %(lines)d. Sceaux : %(seals)d.")
            % {"lines": found.lines, "seals": found.seals}
        )
        if found.last_hash:
            self.stdout.write(_("Dernier sceau : %(hash)s") % {"hash": found.last_hash})
        self.stdout.write(_waiting(found))
        if found.ok:
            self.stdout.write(_("Le journal est intact."))
            return
        self.stderr.write(
            _("Le journal a été modifié. Sceaux rompus : %(seals)s.")
            % {"seals": ", ".join(str(seal) for seal in found.broken)}
        )
        sys.exit(1)


def _waiting(found: Verification) -> str:
    if found.unsealed_age is None:
        return _("Aucune ligne n’attend d’être scellée.")
    return _("Lignes en attente de sceau : %(count)d ; la plus ancienne attend depuis %(age)s.") % {
        "count": found.unsealed,
        "age": _age(found.unsealed_age),
    }


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    if minutes < 2:
        return _("moins de deux minutes")
    if minutes < 120:
        return _("%(n)d minutes") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d heures") % {"n": minutes // 60}
    return _("%(n)d jours") % {"n": minutes // (24 * 60)}
