"""What it is for: `fabrique equity FILE.csv --json`: every measure of inequality that applies to a table.
What feeds it: the command line and a CSV file of disaggregated data; no database, no site, no network.
What it feeds: stdout, in JSON or in French; refusals, one sentence each, on stderr.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fabrique.cli.mishaps import INTERRUPTED, REFUSED, Parser
from fabrique_core.errors import CoreError

if TYPE_CHECKING:
    from fabrique_core.equity import Disaggregation, Measure, Summary
    from fabrique_core.equity.table import Block

DONE = 0
LARGEST = 50_000_000
_FIGURES = 12  # enough to check anything, without the noise of the last bits
_COLUMNS = (
    "Colonnes du fichier : setting (territoire), date, indicator, favourable (1 ou 0), dimension, "
    "ordered (1 ou 0), subgroup, order (1 pour le plus défavorisé), population, estimate, et si possible se "
    "(erreur-type) et scale (borne haute)."
)


def parser() -> argparse.ArgumentParser:
    """The options of the verb; help in French."""
    made = Parser(
        prog="fabrique equity",
        add_help=False,
        usage="fabrique equity FICHIER [--json] [options]",
        description="Mesure les inégalités d’un indicateur entre sous-groupes de population.",
        epilog=_COLUMNS,
    )
    made._positionals.title, made._optionals.title = "fichier", "options"
    made.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV")
    made.add_argument("--json", action="store_true", help="écrit les mesures en JSON")
    bound = made.add_mutually_exclusive_group()
    bound.add_argument(
        "--scale", type=_positive, metavar="N", help="borne haute de l’indicateur : 100 pour un pourcentage"
    )
    bound.add_argument("--unbounded", action="store_true", help="l’indicateur n’a pas de borne haute")
    made.add_argument(
        "--minimum",
        type=_positive,
        default=0.0,
        metavar="N",
        help="refuse un tableau dont un sous-groupe compte moins de N personnes",
    )
    made.add_argument(
        "--confidence",
        type=_share,
        default=0.95,
        metavar="P",
        help="niveau des intervalles (0,95 par défaut)",
    )
    made.add_argument("--encoding", metavar="NOM", help="encodage du fichier, s’il n’est pas reconnu")
    made.add_argument("-h", "--help", action="help", help="affiche cette aide")
    return made


def _positive(value: str) -> float:
    number = float(value.replace(",", "."))
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("nombre positif attendu")
    return number


def _share(value: str) -> float:
    number = float(value.replace(",", "."))
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError("nombre entre 0 et 1 attendu")
    return number


def run(argv: Sequence[str]) -> int:
    """Runs the verb; returns its exit status: 0 if at least one block of the table was measured."""
    try:
        options = parser().parse_args(list(argv))
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return _equity(options)
    except CoreError as error:
        from fabrique.cli.equity_words import sentence

        return _refuse(sentence(error))
    except ModuleNotFoundError as error:
        return _refuse(
            f"Il manque le module « {error.name} ». Installez l’extra « engine » : "
            "pip install 'fabrique[engine]'."
        )
    except BrokenPipeError:
        # Whoever reads the answer has had enough (« | head »): nothing more to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _refuse(f"Lecture impossible : {error.strerror or 'erreur du système'}.")
    except KeyboardInterrupt:
        print("\nInterrompu.", file=sys.stderr)
        return INTERRUPTED


def _refuse(message: str) -> int:
    print(f"fabrique equity : {message}", file=sys.stderr)
    return REFUSED


def _blocks(path: Path, encoding: str | None) -> list[Block]:
    from fabrique_core.equity.table import blocks
    from fabrique_core.text.read_csv import read_csv

    if not path.exists():
        raise CoreError("read.missing")
    if not path.is_file():
        raise CoreError("read.not_a_file")
    size = path.stat().st_size
    if size > LARGEST:
        raise CoreError("read.too_large", size=size, limit=LARGEST)
    header, rows, _ = read_csv(path, encoding, None, "estimate")
    return blocks(header, rows)


def _equity(options: argparse.Namespace) -> int:
    from fabrique.cli.equity_words import lines, sentence
    from fabrique_core.equity import summarise

    results: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    text: list[str] = []
    for block in _blocks(options.file, options.encoding):
        title = ", ".join(
            part for part in (block.indicator, block.setting, block.date, block.dimension) if part
        )
        scale, assumed = block.bound(options.scale, options.unbounded)
        try:
            data = block.disaggregation(scale=scale, minimum=options.minimum)
        except CoreError as error:
            refused.append({**_key(block), "code": error.code, "message": sentence(error)})
            print(f"fabrique equity : {title} : {sentence(error)}", file=sys.stderr)
            continue
        summary = summarise(data, confidence=options.confidence)
        results.append(_result(block, data, summary, assumed))
        text += lines(title, data, summary, assumed)
    if options.json:
        content = {
            "tool": "fabrique equity",
            "schema": 1,
            "confidence": options.confidence,
            "results": results,
            "refused": refused,
        }
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print("\n".join(text), end="")
    return DONE if results else REFUSED


def _key(block: Block) -> dict[str, Any]:
    return {
        "setting": block.setting,
        "date": block.date,
        "indicator": block.indicator,
        "dimension": block.dimension,
        "lines": [min(block.lines), max(block.lines)],
    }


def _result(block: Block, data: Disaggregation, summary: Summary, assumed: bool) -> dict[str, Any]:
    pair = summary.pair(data.ordered)
    return {
        **_key(block),
        "favourable": data.favourable,
        "ordered": data.ordered,
        "scale": data.scale,
        "scale_assumed": assumed,
        "subgroups": [
            {"subgroup": row.name, "estimate": row.estimate, "population": row.population, "se": row.se}
            for row in data.subgroups
        ],
        "mean": _measure(summary.mean),
        "read_together": [one.code for one in pair] if pair else [],
        "measures": {code: _measure(measure) for code, measure in summary.measures.items()},
        "set_aside": {code: reason.value for code, reason in summary.set_aside.items()},
    }


def _measure(measure: Measure) -> dict[str, Any]:
    interval = measure.interval
    return {
        "kind": measure.kind.value,
        "value": _number(measure.value),
        "low": _number(interval.low) if interval else None,
        "high": _number(interval.high) if interval else None,
        "method": measure.method.value if measure.method else None,
        "reason": measure.reason.value if measure.reason else None,
    }


def _number(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_FIGURES}g}")
