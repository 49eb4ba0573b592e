"""What it is for: the command `fabrique <verb>`: pure verbs here, the others handed to Django.
What feeds it: a person's or a script's command line.
What it feeds: fabrique_core for the pure verbs, the management commands of the applications for the rest.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fabrique.cli import mishaps

if TYPE_CHECKING:
    from django.core.management import BaseCommand

# Verbs that import neither Django nor a database: name → (module with run(argv) -> int, what it does).
PURE_VERBS: dict[str, tuple[str, str]] = {
    "analyse": (
        "fabrique.cli.analyse",
        "analyse les réponses libres d’un fichier (CSV, XLSX, Parquet) et écrit un rapport",
    ),
    "equity": (
        "fabrique.cli.equity",
        "mesure les inégalités d’un indicateur entre sous-groupes (CSV), en français ou en JSON",
    ),
}
# Management commands worth naming in the help; any other is passed on all the same.
DJANGO_VERBS: dict[str, str] = {
    "migrate": "met la base de données à jour",
    "territories": "charge les territoires (« fabrique territories load »)",
    "accounts": "ouvre, ferme et efface des comptes (« fabrique accounts open ADRESSE NOM »)",
    "check": "vérifie les réglages, et que les clés ouvrent ce que la base garde",
    "worker": "exécute les travaux de fond",
    "mail": "envoie les courriels qui attendent (« fabrique mail send »)",
    "journal": "scelle et vérifie le journal (« fabrique journal verify »)",
    "demo": "charge la démonstration fictive",
    "import": "importe un fichier d’une autre plateforme ou un tableau",
    "meetings": "importe un calendrier de rencontres (« fabrique meetings import FICHIER »)",
    "written": "importe des contributions écrites (« fabrique written import FICHIER »)",
    "councils": "charge des instances de démocratie en santé (« fabrique councils load FICHIER »)",
    "plan": "charge, exporte et vérifie le plan, fait les dossiers (« fabrique plan load FICHIER »)",
    "observatory": "charge des indicateurs, fait les portraits (« fabrique observatory load DOSSIER »)",
    "runserver": "lance le site pour le développement",
}
DEFAULT_SETTINGS = "fabrique.settings.dev"
# One thread a process: more of them gain nothing on these matrices and change their last digits.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def usage() -> str:
    """The help of the command, in French, made from the tables of verbs."""
    width = max(len(name) for name in [*PURE_VERBS, *DJANGO_VERBS]) + 2
    lines = ["usage : fabrique <verbe> [options]", "", "Sans base de données :"]
    lines += [f"  {name:<{width}}{text}" for name, (_, text) in PURE_VERBS.items()]
    lines += ["", "Avec le site et sa base de données :"]
    lines += [f"  {name:<{width}}{text}" for name, text in DJANGO_VERBS.items()]
    lines += ["", "« fabrique <verbe> --help » explique un verbe."]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit status: 0 done, 2 refused (one sentence on stderr), 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help", "aide"):
        print(usage(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    verb, rest = arguments[0], arguments[1:]
    if verb in PURE_VERBS:
        for variable in ONE_THREAD:
            os.environ[variable] = "1"
        status: int = importlib.import_module(PURE_VERBS[verb][0]).run(rest)
        return status
    return _django(verb, rest)


def _django(verb: str, rest: Sequence[str]) -> int:
    """One verb of Django; what the machine refuses is one sentence, unless --traceback asks for all."""
    try:
        return _carried_out(verb, rest)
    except KeyboardInterrupt:
        print(
            "\nInterrompu : ce qui était déjà enregistré est gardé. Relancez la même commande.",
            file=sys.stderr,
        )
        return mishaps.INTERRUPTED
    except BrokenPipeError:
        # whoever was reading has closed (« fabrique plan export | head »): nothing is left to say, nor to flush
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return mishaps.REFUSED
    except Exception as mishap:
        said = mishaps.sentence(mishap)
        if said is None or "--traceback" in rest:
            raise
        print(f"fabrique {verb} : {said}", file=sys.stderr)
        return mishaps.REFUSED


def _carried_out(verb: str, rest: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEFAULT_SETTINGS)
    from django.core import management

    utility = management.ManagementUtility(["fabrique", verb, *rest])
    common = management.CommandParser(add_help=False, allow_abbrev=False)
    common.add_argument("--settings")
    common.add_argument("--pythonpath")
    management.handle_default_options(common.parse_known_args(list(rest))[0])
    if verb not in management.find_commands(management.__path__[0]) and verb not in _ours():
        print(
            f"fabrique : le verbe « {verb} » n’existe pas. « fabrique --help » en donne la liste.",
            file=sys.stderr,
        )
        return mishaps.REFUSED
    asked_help = bool({"-h", "--help"} & set(rest))
    if verb == "runserver":
        if not asked_help and not _static_gathered():
            print(
                "fabrique : les fichiers de style ne sont pas rassemblés, aucune page ne s’afficherait. Lancez "
                "d’abord « fabrique collectstatic --noinput », ou écrivez FABRIQUE_DEBUG=1 devant la commande.",
                file=sys.stderr,
            )
            return mishaps.REFUSED
        if not asked_help:
            _setup()
            _refuse_outdated()
        utility.execute()  # its own way of starting: it restarts itself when the code changes
        return 0
    _setup()
    if verb == "migrate":
        _make_room()
    elif verb == "check" and not any(word.startswith("--database") for word in rest):
        # what the database holds is checked too: a keyring that opens nothing shows nowhere else
        rest = ["--fail-level", "WARNING", *rest, "--database", "default"]
    elif verb == "worker" and not asked_help:
        _refuse_outdated()
    return _ran(utility.fetch_command(verb), verb, rest)


def _ran(command: BaseCommand, verb: str, rest: Sequence[str]) -> int:
    """Runs a command as Django's own entry does, with its refusals in French."""
    from django.core.management import CommandError
    from django.db import connections

    parser = command.create_parser("fabrique", verb)
    try:
        options = vars(parser.parse_args(list(rest)))
    except CommandError as refusal:
        said = mishaps.argument(str(refusal))
        print(f"fabrique {verb} : {said} « fabrique {verb} --help » aide à écrire.", file=sys.stderr)
        return mishaps.REFUSED
    try:
        command.execute(*options.pop("args", ()), **options)
    except CommandError as refusal:
        if options["traceback"]:
            raise
        print(f"fabrique {verb} : {refusal}", file=sys.stderr)
        return int(refusal.returncode)
    finally:
        connections.close_all()
    return 0


def _setup() -> None:
    import django

    django.setup()


def _refuse_outdated() -> None:
    """What runs for long would fail at each page or task on a database that lacks a migration: said at once."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured(mishaps.OUTDATED)


def _make_room() -> None:
    """The folder of the instance, for its owner only: the database of SQLite lies in it."""
    from django.conf import settings

    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _static_gathered() -> bool:
    """Whether pages find their static files: without DEBUG, names are read in the manifest of collectstatic."""
    from django.conf import settings

    manifest = "Manifest" in str(settings.STORAGES["staticfiles"])
    return settings.DEBUG or not manifest or (settings.STATIC_ROOT / "staticfiles.json").exists()


def _ours() -> Sequence[str]:
    """The verbs of the applications, which Django lists once they are loaded only."""
    from django.core.management import get_commands

    _setup()
    return list(get_commands())
