"""`fabrique accounts open|list|grant|close|reopen|erase`: accounts of agents, at the command line of the server.

Fed by whoever keeps the instance: the first administrator is made here. Feeds the verbs of accounts.services.
"""

from __future__ import annotations

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from fabrique.accounts import services
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role, User
from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.territories.models import Territory


class Command(BaseCommand):
    help = _("Ouvre, montre, ferme, rouvre ou efface des comptes d’agents, et donne des rôles.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("list", help=_("montre les comptes, leur état et leurs rôles"))
        opened = steps.add_parser("open", help=_("ouvre un compte ; le mot de passe est demandé"))
        granted = steps.add_parser("grant", help=_("donne un rôle dans un territoire"))
        closed = steps.add_parser("close", help=_("ferme un compte"))
        reopened = steps.add_parser("reopen", help=_("rouvre un compte fermé, sans son mot de passe"))
        erased = steps.add_parser("erase", help=_("efface le nom et l’adresse d’un compte fermé"))
        for step in (opened, granted, closed, reopened, erased):
            step.add_argument("email", metavar="ADRESSE", help=_("adresse électronique du compte"))
        opened.add_argument("name", metavar="NOM", help=_("nom affiché"))
        granted.add_argument("role", metavar="RÔLE", choices=RoleCode.values, help=", ".join(RoleCode.values))
        granted.add_argument(
            "territory", metavar="TERRITOIRE", help=_("niveau et code : region:76, departement:46")
        )
        erased.add_argument("--yes", action="store_true", help=_("confirme : rien ne rend un compte effacé"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Operator(f"accounts {options['step']}")
        try:
            said = getattr(self, f"_{options['step']}")(actor, options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        self.stdout.write(said)

    def _list(self, actor: Operator, options: dict[str, Any]) -> str:
        for user in User.objects.filter(erased_at__isnull=True).order_by("full_name"):
            state = _("ouvert") if user.is_active else _("fermé")
            roles = ", ".join(f"{role.code} ({role.territory.name})" for role in Role.objects.of(user))
            self.stdout.write(f"{user.full_name} · {user.email} · {state} · {roles or '—'}")
        gone = User.objects.filter(erased_at__isnull=False).count()
        return _("Comptes effacés : %(count)d.") % {"count": gone}

    def _open(self, actor: Operator, options: dict[str, Any]) -> str:
        password = getpass(_("Mot de passe : "))
        services.create_user(actor, email=options["email"], full_name=options["name"], password=password)
        return _("Le compte est ouvert. Donnez-lui un rôle : fabrique accounts grant.")

    def _grant(self, actor: Operator, options: dict[str, Any]) -> str:
        level, _colon, code = options["territory"].partition(":")
        territory = Territory.objects.filter(level=level, code=code).first()
        if territory is None:
            raise CommandError(
                _("Le territoire « %(given)s » n’est pas connu. Écrivez par exemple « departement:46 ».")
                % {"given": options["territory"]}
            )
        services.grant_role(actor, user=_user(options["email"]), code=options["role"], territory=territory)
        return _("Le rôle est donné.")

    def _close(self, actor: Operator, options: dict[str, Any]) -> str:
        services.close_user(actor, user=_user(options["email"]))
        return _("Le compte est fermé.")

    def _reopen(self, actor: Operator, options: dict[str, Any]) -> str:
        services.reopen_user(actor, user=_user(options["email"]))
        return _("Le compte est rouvert, sans mot de passe.")

    def _erase(self, actor: Operator, options: dict[str, Any]) -> str:
        user = _user(options["email"])
        if not options["yes"]:
            raise CommandError(
                _(
                    "Rien n’a été effacé. Le compte de %(name)s perdrait son nom, son adresse, ses rôles et ses "
                    "mandats, pour toujours. Relancez avec --yes pour confirmer."
                )
                % {"name": user.full_name}
            )
        services.erase_user(actor, user=user)
        return _("Le compte est effacé.")


def _user(email: str) -> User:
    found: User | None = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(
            _("Aucun compte n’a cette adresse. « fabrique accounts list » montre les comptes.")
        )
    return found
