"""The reference pages made from the code: settings, commands, rights, addresses; and a check of the glossary.

Fed by the settings, the commands, the rights table and the resolver. Feeds docs/reference/*.md, in French.

    scripts/reference.py --write    rewrite the tables; descriptions written by hand (last column) are kept
    scripts/reference.py --check    say what is out of date, undescribed or absent; status 1 if anything is
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "fabrique"
REFERENCE = ROOT / "docs" / "reference"
GLOSSARY = ROOT / "docs" / "glossaire.md"
BEGIN, END = "<!-- tableau fabriqué par scripts/reference.py -->", "<!-- fin du tableau -->"

_ENVIRONMENT = re.compile(r"(?:environ\.\w+|_keyring|_whole)\(\s*\"(FABRIQUE_[A-Z_]+)\"")

Row = tuple[str, ...]  # the first cell is the key; what is known from the code; the description is kept apart


@dataclass(frozen=True)
class Page:
    """One generated page: its file, title, column heads, rows, and whether people describe them by hand."""

    file: str
    title: str
    lead: str
    heads: Row
    rows: Callable[[], list[Row]]
    described: bool = True


def settings_rows() -> list[Row]:
    """Every FABRIQUE_* name that the code reads, and where an environment variable sets it."""
    names: set[str] = set()
    from_environment: set[str] = set()
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text("utf-8")
        names |= set(re.findall(r"\bFABRIQUE_[A-Z][A-Z_]*[A-Z]\b", text))
        from_environment |= set(_ENVIRONMENT.findall(text))
    return [
        (f"`{name}`", "variable" if name in from_environment else "réglage Django") for name in sorted(names)
    ]


def command_rows() -> list[Row]:
    """`fabrique` verbs that need no database, then our management commands, with their options."""
    from django.core.management import get_commands, load_command_class

    from fabrique import cli

    rows = [(f"`fabrique {verb}`", text) for verb, (_module, text) in cli.PURE_VERBS.items()]
    rows += [(f"`fabrique {verb}`", text) for verb, text in cli.DJANGO_VERBS.items() if not _ours(verb)]
    for name, app in sorted(get_commands().items()):
        if isinstance(app, str) and app.startswith("fabrique."):
            command = load_command_class(app, name)
            rows.append((f"`fabrique {name}`", str(command.help)))
            rows += _arguments(f"fabrique {name}", command.create_parser("fabrique", name))
    return rows


def _ours(verb: str) -> bool:
    from django.core.management import get_commands

    return str(get_commands().get(verb, "")).startswith("fabrique.")


def _arguments(prefix: str, parser: Any) -> Iterator[Row]:
    shared = {
        "help",
        "version",
        "verbosity",
        "settings",
        "pythonpath",
        "traceback",
        "no_color",
        "force_color",
    }
    for action in parser._actions:
        choices = getattr(action, "_choices_actions", None)
        if choices is not None:
            helps = {choice.dest: choice.help for choice in choices}
            for name, sub in action.choices.items():
                yield (f"`{prefix} {name}`", helps.get(name) or "")
                yield from _arguments(f"{prefix} {name}", sub)
        elif action.dest not in shared | {"skip_checks"}:
            shown = action.option_strings[-1] if action.option_strings else action.dest.upper()
            yield (f"`{prefix} {shown}`", action.help or "")


def rights_rows() -> list[Row]:
    from fabrique.accounts.enums import RoleCode
    from fabrique.common.registry import rights

    return [
        (
            f"`{verb}`",
            ", ".join(str(RoleCode(r).label) for r in sorted(roles)) or "aucun rôle : ligne de commande",
        )
        for verb, roles in sorted(rights.items())
    ]


def address_rows() -> list[Row]:
    from django.urls import get_resolver

    from fabrique.web.public_routes import PUBLIC_ROUTES

    return [
        (f"`{name}`", f"`/{address}`", "tous" if name in PUBLIC_ROUTES else "agents connectés")
        for address, name in sorted(_routes(get_resolver()))
    ]


def _routes(resolver: Any, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(
                pattern, address, (*spaces, pattern.namespace) if pattern.namespace else spaces
            )
        elif pattern.name:
            yield address, ":".join([*spaces, pattern.name])


PAGES = (
    Page(
        "reglages.md",
        "Réglages",
        "Chaque réglage propre à Fabrique. Une « variable » se donne dans l’environnement.",
        ("réglage", "nature", "à quoi il sert"),
        settings_rows,
    ),
    Page(
        "commandes.md",
        "Commandes",
        "Toutes s’écrivent `fabrique …`. Les descriptions sont celles de l’aide de chaque commande.",
        ("commande", "ce qu’elle fait"),
        command_rows,
        described=False,
    ),
    Page(
        "droits.md",
        "Droits",
        "Un droit est un rôle, dans un territoire, pour un verbe. Un rôle tenu dans une région vaut dans ses "
        "départements ; l’inverse n’est pas vrai.",
        ("verbe", "rôles", "ce qu’il permet"),
        rights_rows,
    ),
    Page(
        "adresses.md",
        "Adresses",
        "Chaque adresse du site, et qui peut l’ouvrir.",
        ("nom", "adresse", "ouverte à", "ce qu’on y fait"),
        address_rows,
    ),
)


def kept_descriptions(text: str) -> dict[str, str]:
    """The last cell of each row of a page, by its first."""
    kept = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) > 1 and cells[0].startswith("`"):
            kept[cells[0]] = cells[-1]
    return kept


def rendered(page: Page, existing: str) -> str:
    """The page as it should be: hand-written text around the table is kept, and so are the descriptions."""
    kept = kept_descriptions(existing) if page.described else {}
    table = ["| " + " | ".join(page.heads) + " |", "|" + "---|" * len(page.heads)]
    for row in page.rows():
        cells = [cell.replace("|", "\\|") for cell in row]
        if page.described:
            cells.append(kept.get(cells[0], ""))
        table.append("| " + " | ".join(cells) + " |")
    block = "\n".join([BEGIN, "", *table, "", END])
    if BEGIN in existing and END in existing:
        before, rest = existing.split(BEGIN, 1)
        return before + block + rest.split(END, 1)[1]
    return f"# {page.title}\n\n{page.lead}\n\n{block}\n"


def problems(pages: tuple[Page, ...] = PAGES) -> list[str]:
    """What keeps the reference from being true."""
    wrong = []
    for page in pages:
        path = REFERENCE / page.file
        existing = path.read_text("utf-8") if path.exists() else ""
        expected = rendered(page, existing)
        if existing != expected:
            wrong.append(f"{page.file} n’est pas à jour : lancer scripts/reference.py --write")
        for line in expected.splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if cells and cells[0].startswith("`") and not cells[-1]:
                wrong.append(f"{page.file} : {cells[0]} n’a pas de description")
    return wrong


def missing_terms() -> list[str]:
    """Names of models that the glossary does not hold."""
    from django.apps import apps

    terms = GLOSSARY.read_text("utf-8").casefold() if GLOSSARY.exists() else ""
    rows = {cell.strip().casefold() for line in terms.splitlines() for cell in line.split("|")[1:2]}
    return sorted(
        f"{model._meta.label} : « {model._meta.verbose_name} »"
        for model in apps.get_models()
        if model.__module__.startswith("fabrique.") and str(model._meta.verbose_name).casefold() not in rows
    )


def write() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        path = REFERENCE / page.file
        path.write_text(rendered(page, path.read_text("utf-8") if path.exists() else ""), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fabrique.settings.test")
    import django
    from django.utils.translation import override

    django.setup()
    with override("fr"):
        if options.write:
            write()
        wrong = problems() + [f"absent du glossaire : {term}" for term in missing_terms()]
    print("\n".join(wrong) or "Référence à jour.")
    return 1 if wrong and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
