"""What it is for: `fabrique analyse FILE --text COLUMN --out DIR`: a folder of results from a file.
What feeds it: the command line; no database, no site, no network.
What it feeds: report.html, coded data, provenance and timings, in a folder that is whole or absent.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

from fabrique.cli import output
from fabrique.cli.messages import sentence
from fabrique.cli.mishaps import INTERRUPTED, REFUSED, Parser
from fabrique_core.errors import CoreError

DONE = 0
STAGES = {
    "read": "Lecture du fichier",
    "prepare": "Tri, langues, données personnelles, découpage en idées",
    "copies": "Recherche des textes copiés",
    "embed": "Calcul du sens des idées",
    "discover": "Recherche des thèmes",
    "assign": "Attribution des thèmes",
    "describe": "Description des thèmes",
    "write": "Écriture des résultats",
}
_BAR = 24


def parser() -> argparse.ArgumentParser:
    """The options of the verb; help in French."""
    made = Parser(
        prog="fabrique analyse",
        add_help=False,
        usage="fabrique analyse FICHIER --text COLONNE --out DOSSIER [options]",
        description="Analyse les réponses libres d’un fichier et écrit un rapport. Rien ne sort de cette "
        "machine.",
    )
    made._positionals.title, made._optionals.title = "fichier", "options"
    made.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV, XLSX ou Parquet")
    made.add_argument("--text", required=True, metavar="COLONNE", help="colonne qui contient les réponses")
    made.add_argument("--out", required=True, metavar="DOSSIER", type=Path, help="dossier des résultats")
    made.add_argument("--group", metavar="COLONNE", help="colonne selon laquelle comparer les réponses")
    made.add_argument(
        "--seed", type=_seed, default=2023, metavar="N", help="graine du tirage (2023 par défaut)"
    )
    made.add_argument("--encoding", metavar="NOM", help="encodage d’un fichier CSV, s’il n’est pas reconnu")
    made.add_argument("--sheet", metavar="NOM", help="feuille d’un classeur (la première par défaut)")
    made.add_argument(
        "--encoder",
        choices=("auto", "use", "lexical"),
        default="auto",
        help="modèle de phrases : auto (par défaut), use (obligatoire), lexical (les mots seuls)",
    )
    made.add_argument(
        "--cache", metavar="DOSSIER", type=Path, help="dossier privé où garder les vecteurs calculés"
    )
    made.add_argument("--quiet", action="store_true", help="n’affiche pas la progression")
    made.add_argument("-h", "--help", action="help", help="affiche cette aide")
    return made


def _seed(value: str) -> int:
    number = int(value)
    if not 0 <= number < 2**31 - 10_000:
        raise argparse.ArgumentTypeError("graine attendue entre 0 et 2 147 473 647")
    return number


class Stages:
    """Follows the stages of a run: shows progress on a terminal, keeps wall time, processor time and peak
    memory."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._stage: str | None = None
        self._wall = self._processor = 0.0
        self._shown = -1.0
        self.timings: list[dict[str, Any]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self.close()
            self._stage, self._wall, self._processor = stage, time.perf_counter(), time.process_time()
            self._shown = -1.0
        share = done / total if total else 1.0
        if self._stream is not None and self._stream.isatty() and share - self._shown >= 0.01:
            filled = round(share * _BAR)
            bar = "█" * filled + "░" * (_BAR - filled)
            self._stream.write(f"\r\033[K{bar} {100 * share:3.0f} %  {STAGES[stage]}")
            self._stream.flush()
            self._shown = share

    def close(self) -> None:
        """Ends the stage under way, if any, and writes its line."""
        if self._stage is None:
            return
        seconds = time.perf_counter() - self._wall
        processor = time.process_time() - self._processor
        self.timings.append(
            {
                "stage": self._stage,
                "seconds": round(seconds, 3),
                "processor_seconds": round(processor, 3),
                "peak_memory_mb": round(peak_memory_mb(), 1),
            }
        )
        if self._stream is not None:
            start = "\r\033[K" if self._stream.isatty() else ""
            took = f"{seconds:.1f}".replace(".", ",")
            self._stream.write(f"{start}✓ {STAGES[self._stage]} ({took} s)\n")
            self._stream.flush()
        self._stage = None


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def run(argv: Sequence[str]) -> int:
    """Runs the verb; returns its exit status and never lets a traceback out for a refusal or an
    interruption."""
    try:
        options = parser().parse_args(list(argv))
    except SystemExit as stop:
        return int(stop.code or 0)
    former = _interrupt_on_term()
    try:
        output.check(options.out)
        return _analyse(options)
    except (CoreError, output.Refused) as error:
        return _refuse(sentence(error) if isinstance(error, CoreError) else str(error))
    except ModuleNotFoundError as error:
        return _refuse(
            f"Il manque le module « {error.name} ». Installez l’extra « engine » : "
            "pip install 'fabrique[engine]'."
        )
    except MemoryError:
        return _refuse(
            "La mémoire de cette machine ne suffit pas pour ce fichier. Découpez-le ou changez de machine."
        )
    except OSError as error:
        return _refuse(f"Lecture ou écriture impossible : {error.strerror or 'erreur du système'}.")
    except KeyboardInterrupt:
        print("\nInterrompu : aucun résultat n’a été écrit.", file=sys.stderr)
        return INTERRUPTED
    finally:
        if former is not None:
            signal.signal(signal.SIGTERM, former)


def _refuse(message: str) -> int:
    print(f"fabrique analyse\u00a0: {message}", file=sys.stderr)
    return REFUSED


def _interrupt_on_term() -> Any:
    """A polite kill ends like Ctrl-C, so that the temporary folder goes; None outside the main thread."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    try:
        return signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        return None


def _analyse(options: argparse.Namespace) -> int:
    from fabrique.cli.report import write_report
    from fabrique.cli.tables import write_provenance, write_tables
    from fabrique_core.text.model import Params
    from fabrique_core.text.pipeline import analyse
    from fabrique_core.text.read import read_table

    stages = Stages(None if options.quiet else sys.stderr)
    stages("read", 0, 1)
    table = read_table(
        options.file, text=options.text, group=options.group, encoding=options.encoding, sheet=options.sheet
    )
    params = Params(seed=options.seed, encoder=options.encoder)
    analysis = analyse(table.texts, params=params, progress=stages, cache_folder=options.cache)
    stages("write", 0, 1)
    with output.whole_folder(options.out) as folder:
        write_tables(folder, analysis)
        write_report(
            folder / "report.html", analysis, table, text_column=options.text, group_column=options.group
        )
        write_provenance(folder, analysis, table, {"text": options.text, "group": options.group})
        stages.close()
        _write_timings(folder / "timings.json", stages)
    if analysis.encoder.fallback not in (None, "chosen"):
        print(
            "Attention : le modèle de phrases manque, les thèmes reposent sur les mots seuls.",
            file=sys.stderr,
        )
    print(f"Rapport : {options.out / 'report.html'}")
    return DONE


def _write_timings(path: Path, stages: Stages) -> None:
    total = round(sum(stage["seconds"] for stage in stages.timings), 3)
    content = {"stages": stages.timings, "seconds": total, "peak_memory_mb": round(peak_memory_mb(), 1)}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
