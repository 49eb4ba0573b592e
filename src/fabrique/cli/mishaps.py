"""What it is for: one French sentence for what a machine or an installation refuses, instead of a traceback.
What feeds it: the exceptions of Django, the database and the system; the refusals of argparse.
What it feeds: fabrique.cli and its verbs. What is not recognised stays a traceback: it is a fault of ours.
"""

from __future__ import annotations

import argparse
import errno
from typing import NoReturn

from fabrique.cli.french import NBSP

REFUSED, INTERRUPTED = 2, 130
OUTDATED = "La base de données est vide ou n’est pas à jour. Lancez d’abord « fabrique migrate »."
_NO_TABLE = ("no such table", "no such column", "does not exist")
_ARGUMENTS = (
    ("invalid choice: ", "la valeur {0} n’est pas possible"),
    ("invalid int value: ", "il faut un nombre entier à la place de {0}"),
    ("invalid float value: ", "il faut un nombre à la place de {0}"),
    ("expected one argument", "il manque la valeur"),
    ("expected at least one argument", "il manque une valeur"),
)


class Parser(argparse.ArgumentParser):
    """argparse whose refusals are French sentences, like all the others; `prog` is « fabrique verb »."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}{NBSP}: {argument(message)} « {self.prog} --help » aide à écrire.\n")


def argument(message: str) -> str:
    """The French sentence of a refusal of argparse, from its English message."""
    missing, unknown = "the following arguments are required: ", "unrecognized arguments: "
    message = message.removeprefix("Error: ")
    if message.startswith(missing):
        named = message.removeprefix(missing)
        return f"il manque {'l’étape' if named == 'step' else named}."
    if message.startswith(unknown):
        return f"option inconnue{NBSP}: {message.removeprefix(unknown)}."
    where, _colon, why = message.removeprefix("argument ").partition(": ")
    for english, french in _ARGUMENTS:
        if why.startswith(english):
            value, _open, choices = why.removeprefix(english).partition(" (choose from ")
            listed = f" Choix{NBSP}: {choices.rstrip(')').replace(chr(39), '')}." if choices else ""
            where = "étape" if where == "step" else where
            return f"{where}{NBSP}: {french.format(_quoted(value))}.{listed}"
    return f"option mal écrite ({message})."


def sentence(mishap: BaseException) -> str | None:
    """What to do about `mishap`, in French; None where nothing is known of it."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError

    from fabrique.common.crypto import Undecipherable
    from fabrique.common.errors import Refused

    if isinstance(mishap, ImproperlyConfigured | Refused | Undecipherable):
        return _settings(str(mishap))
    if isinstance(mishap, DatabaseError):
        return _database(str(mishap))
    if isinstance(mishap, OSError):
        return _system(mishap)
    if isinstance(mishap, ModuleNotFoundError) and (mishap.name or "").startswith("fabrique.settings"):
        return f"Les réglages « {mishap.name} » n’existent pas. Corrigez DJANGO_SETTINGS_MODULE."
    if isinstance(mishap, MemoryError):
        return "La mémoire de cette machine ne suffit pas. Libérez-en, ou changez de machine."
    return None


def _quoted(value: str) -> str:
    return f"«{NBSP}{value.strip(chr(39))}{NBSP}»"


def _settings(message: str) -> str:
    if "SECRET_KEY setting must not be empty" in message:
        return "Réglage absent : FABRIQUE_SECRET_KEY. Voir docs/reference/reglages.md, puis relancer."
    return message


def _database(message: str) -> str | None:
    from django.conf import settings

    place = f"« {settings.VAR} »"
    # a server that answers « database "x" does not exist » refuses the connection: no table is missing
    refused = "connection" in message
    if not refused and any(words in message for words in _NO_TABLE):
        return OUTDATED
    if "unable to open database file" in message:
        if not settings.VAR.is_dir():
            return (
                f"Il n’y a pas de base de données : le dossier {place} n’existe pas. Lancez d’abord "
                "« fabrique migrate », ou corrigez FABRIQUE_VAR."
            )
        return f"La base de données ne s’ouvre pas dans {place}. Vérifiez les droits de votre compte sur ce dossier."
    if "readonly database" in message:
        return f"La base de données de {place} ne peut pas être écrite. Vérifiez les droits de votre compte."
    if "disk is full" in message or "No space left" in message:
        return _full()
    if "database is locked" in message:
        return "La base de données est occupée par une autre écriture. Attendez un peu, puis relancez."
    if "not a database" in message or "malformed" in message:
        return f"La base de données de {place} est endommagée. Restaurez une sauvegarde."
    if refused:
        return (
            "La base PostgreSQL ne répond pas, ou refuse. Vérifiez qu’elle est lancée, et PGHOST, PGPORT, PGUSER, "
            "PGPASSWORD et PGDATABASE."
        )
    return None


def _system(mishap: OSError) -> str | None:
    named = f"« {mishap.filename} » " if mishap.filename else ""
    if mishap.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{named}ne peut pas être écrit ou lu : votre compte n’en a pas le droit.".lstrip()
    if mishap.errno in (errno.ENOENT, errno.ENOTDIR) and named:
        return f"{named}n’existe pas. Vérifiez ce nom et son dossier."
    if mishap.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    if mishap.errno == errno.EADDRINUSE:
        return "Ce port est déjà pris. Arrêtez l’autre serveur, ou donnez un autre port."
    return None


def _full() -> str:
    return "Il n’y a plus de place sur le disque. Libérez-en, puis relancez."
