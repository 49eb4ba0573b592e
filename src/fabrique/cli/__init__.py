"""What it is for: the command `fabrique <verb>`: pure verbs here, the others handed to Django.
What feeds it: a person's or a script's command line.
What it feeds: fabrique_core for the pure verbs, the management commands of the applications for the rest.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEFAULT_SETTINGS)
    from django.core import management

    if verb not in management.find_commands(management.__path__[0]) and verb not in _ours():
        print(
            f"fabrique : le verbe « {verb} » n’existe pas. « fabrique --help » en donne la liste.",
            file=sys.stderr,
        )
        return 2
    if verb == "runserver" and not {"-h", "--help"} & set(rest) and not _static_gathered():
        print(
            "fabrique : les fichiers de style ne sont pas rassemblés, aucune page ne s’afficherait. "
            "Lancez d’abord « fabrique collectstatic --noinput », ou écrivez FABRIQUE_DEBUG=1 devant la commande.",
            file=sys.stderr,
        )
        return 2
    management.execute_from_command_line(["fabrique", verb, *rest])
    return 0


def _static_gathered() -> bool:
    """Whether pages find their static files: without DEBUG, names are read in the manifest of collectstatic."""
    from django.conf import settings

    manifest = "Manifest" in str(settings.STORAGES["staticfiles"])
    return settings.DEBUG or not manifest or (settings.STATIC_ROOT / "staticfiles.json").exists()


def _ours() -> Sequence[str]:
    """The verbs of the applications, which Django lists once they are loaded only."""
    import django
    from django.core.management import get_commands

    django.setup()
    return list(get_commands())
