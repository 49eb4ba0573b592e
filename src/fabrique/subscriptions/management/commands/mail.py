"""`fabrique mail send|status`: send what waits in the outbox now, or say what is in it.

Fed by the outbox. Feeds whoever runs the instance: a timer may call `send` where no worker runs.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Operator
from fabrique.common.clock import now
from fabrique.subscriptions.enums import EmailState
from fabrique.subscriptions.models import Email
from fabrique.subscriptions.services.outbox import Delivery, send_due


class Command(BaseCommand):
    help = _("Envoie les courriels qui attendent (send) ou dit combien il y en a, par état (status).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser(
            "send",
            help=_("envoie ce qui est dû ; le code de sortie est 1 si le serveur de courrier ne répond pas"),
        )
        steps.add_parser("status", help=_("compte les messages par état, sans montrer d’adresse"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["step"] == "send":
            self._send()
        else:
            self._status()

    def _send(self) -> None:
        total = Delivery()
        while True:
            done = send_due(Operator("mail send"))
            total = Delivery(
                total.sent + done.sent, total.again + done.again, total.failed + done.failed, done.trouble
            )
            if done.trouble or not (done.sent + done.again + done.failed):
                break
        self.stdout.write(
            _("Envoyés : %(sent)d. À réessayer : %(again)d. Abandonnés : %(failed)d.")
            % {"sent": total.sent, "again": total.again, "failed": total.failed}
        )
        if total.trouble == "unconfigured":
            self.stderr.write(
                _(
                    "Aucun serveur de courrier n’est réglé : donnez FABRIQUE_EMAIL_HOST. Les messages attendent."
                )
            )
            sys.exit(1)
        if total.trouble:
            self.stderr.write(
                _("Le serveur de courrier ne répond pas (%(code)s). Les messages attendent.")
                % {"code": total.trouble}
            )
            sys.exit(1)

    def _status(self) -> None:
        counts = Email.objects.counts()
        for state in EmailState:
            self.stdout.write(f"{state.label} : {counts.get(state, 0)}")
        recent = Email.objects.failed_since(now() - timedelta(days=7)).count()
        self.stdout.write(_("Abandonnés depuis sept jours : %(n)d") % {"n": recent})
