"""The job: read, prepare, embed, find themes, store; each step resumes by chunk after a kill.

Fed by the queue (tasks.py). Feeds ideas, themes and assignments under a draft run, then the current one.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from fabrique.analysis.enums import RunState, RunStep
from fabrique.analysis.models import Idea, Run, RunSource, SetAside
from fabrique.analysis.services import vectors
from fabrique.analysis.services.corpus import (
    chunks,
    contributions_of,
    fingerprint_of,
    manifest_lines,
    texts_of,
    texts_read,
)
from fabrique.analysis.services.leases import (
    MOST_ATTEMPTS,
    SYSTEM,
    Lease,
    LeaseLost,
    StopAsked,
    end_in_failure,
    take,
)
from fabrique.analysis.services.runs import clear_results, enqueue, may_replace_current
from fabrique.analysis.services.storing import store
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.contributions.models import Source
from fabrique.contributions.services.reading import Reading, remask
from fabrique_core.errors import CoreError
from fabrique_core.privacy import load_spacy_finder
from fabrique_core.privacy.detect import Mask
from fabrique_core.privacy.spans import NameFinder
from fabrique_core.text.clean import reason_to_set_aside
from fabrique_core.text.conclude import Grounds, conclude
from fabrique_core.text.duplicates import Family
from fabrique_core.text.embed import Encoder, embed_texts, embedding_text, load_encoder
from fabrique_core.text.model import ENGINE_VERSION, Analysis, EncoderUsed, Params, Prepared
from fabrique_core.text.model import SetAside as EngineSetAside
from fabrique_core.text.pipeline import (
    discover,
    distinct_ideas,
    find_copies,
    ideas_of,
    prepare_one,
    vectors_of,
)

log = logging.getLogger("fabrique.analysis")

PREPARE_CHUNK = 100
EMBED_CHUNK = 1_000
QUOTES_SHOWN = 8
_STEPS = {"prepare": RunStep.PREPARE, "copies": RunStep.PREPARE, "embed": RunStep.EMBED}


class CorpusChanged(Exception):
    """A text was withdrawn while the run was under way: it starts again on what is left."""


def carry_out(run_id: int) -> str:
    """Carry out a run, or take it up again where it was left. Returns how it ended: « done », « lost »…

    Idempotent: a run that is done, cancelled or held by a living worker is left alone (« not_taken »).
    """
    lease = take(run_id)
    if lease is None:
        return "not_taken"
    try:
        return _until_done(lease)
    except LeaseLost:
        return "lost"
    except StopAsked:
        _hand_back(lease)
        return "handed_back"
    except CoreError as refusal:
        _fail(lease, refusal.code)
        return refusal.code
    except Exception as fault:
        # the frames only: a message may hold a person's words
        log.error("run %s: %s\n%s", lease.run.public_id, type(fault).__name__, _frames(fault))
        if lease.attempt >= MOST_ATTEMPTS:
            _fail(lease, "run.unexpected")
        else:
            _hand_back(lease)
        return "unexpected"


def params_of(run: Run) -> Params:
    """What the engine is asked, from the run's row."""
    return Params(seed=run.seed, encoder=run.parameters.get("encoder", "auto"), quotes=QUOTES_SHOWN)


def _until_done(lease: Lease) -> str:
    while True:
        try:
            _read(lease)
            _prepare(lease)
            analysis, ideas = _analyse(lease)
            store(lease, analysis, ideas)
            _finish(lease)
        except CorpusChanged:
            _start_again(lease)
            continue
        return "done"


def _read(lease: Lease) -> None:
    """Freeze the list of texts; on resuming, make sure that it is still the same."""
    run = lease.run
    lease.beat(RunStep.READ, 0, 1, force=True)
    if run.corpus_read_at is None:
        upto = contributions_of(run.source).values_list("pk", flat=True).last() or 0
        run.corpus_upto = upto
        run.corpus_read_at = now()
        lines = manifest_lines(run)
        found = contributions_of(run.source, upto)
        run.corpus_contributions = found.count()
        run.corpus_fingerprint = fingerprint_of(found)
        if not run.corpus_contributions:
            raise CoreError("run.nothing_to_read")
        if lines and sum(line.contributions for line in lines) != run.corpus_contributions:
            raise CorpusChanged  # a text was withdrawn between the sources and the whole
        with transaction.atomic():
            lease.write(
                corpus_upto=upto,
                corpus_read_at=run.corpus_read_at,
                corpus_contributions=run.corpus_contributions,
                corpus_fingerprint=run.corpus_fingerprint,
            )
            if lines:
                RunSource.objects.bulk_create(lines, batch_size=500)
    else:
        _check_corpus(run)
    lease.beat(RunStep.READ, 1, 1, force=True)


def _check_corpus(run: Run) -> None:
    if fingerprint_of(texts_read(run)) != run.corpus_fingerprint:
        raise CorpusChanged


def _start_again(lease: Lease) -> None:
    lease.beat(RunStep.READ, 0, 1, force=True)
    clear_results(lease.run)
    RunSource.objects.filter(run=lease.run).delete()
    lease.run.corpus_read_at = None
    lease.write(corpus_read_at=None, corpus_fingerprint="", corpus_contributions=0, corpus_upto=0)


def _prepare(lease: Lease) -> None:
    """Clean, set aside, redact, tell the language and cut into ideas, by chunks; families of copies found
    first."""
    run, params = lease.run, params_of(lease.run)
    pks, texts = texts_of(run)
    left = [pk for pk in pks if pk > _prepared_upto(run)]
    if not left:
        return
    lease.beat(RunStep.PREPARE, len(pks) - len(left), len(pks), force=True)
    family_of = _families(pks, texts, params)
    finder = _name_finder(run)
    rows = texts_read(run).select_related("participation__source__perimeter")
    for chunk in chunks(left, PREPARE_CHUNK):
        found = [
            (contribution, prepare_one(0, contribution.raw_text, params, finder))
            for contribution in rows.filter(pk__in=chunk)
        ]
        _store_prepared(lease, found, family_of)
        lease.beat(RunStep.PREPARE, pks.index(chunk[-1]) + 1, len(pks))


def _prepared_upto(run: Run) -> int:
    """The last text prepared: chunks are stored whole, in order."""
    last = [
        model.objects.filter(run=run)
        .order_by("-contribution_id")
        .values_list("contribution_id", flat=True)
        .first()
        for model in (Idea, SetAside)
    ]
    return max((pk for pk in last if pk is not None), default=0)


def _families(pks: list[int], texts: list[str], params: Params) -> dict[int, str]:
    """{contribution: family}, campaigns told from mere repetitions by their name."""
    kept = [Prepared(row, "", (), ()) for row, text in enumerate(texts) if reason_to_set_aside(text) is None]
    names: dict[int, str] = {}
    for family in find_copies(texts, kept, params):
        kind = "campagne" if family.campaign else "copie"
        names.update({pks[member]: f"{kind}-{pks[family.representative]}" for member in family.members})
    return names


def _name_finder(run: Run) -> NameFinder | None:
    """The French model where it is installed and wanted, each distinct text read once."""
    finder = load_spacy_finder() if run.parameters.get("names", "auto") == "auto" else None
    if finder is None:
        return None
    known: dict[str, Any] = {}

    def find(text: str, /) -> Any:
        if text not in known:
            known[text] = finder(text)
        return known[text]

    return find


def _store_prepared(lease: Lease, found: list[tuple[Any, Any]], family_of: dict[int, str]) -> None:
    """One chunk: its ideas, what was set aside and why, and the masks and language of its texts."""
    ideas: list[Idea] = []
    aside: list[SetAside] = []
    readings: list[Reading] = []
    for contribution, result in found:
        if isinstance(result, EngineSetAside):
            aside.append(SetAside(run=lease.run, contribution=contribution, reason=result.reason))
            continue
        readings.append(Reading(contribution, result.masks, result.language))
        ideas.extend(
            Idea(
                run=lease.run,
                contribution=contribution,
                start=start,
                end=end,
                family=family_of.get(contribution.pk, ""),
                language=result.language,
            )
            for start, end in result.ideas
        )
    with transaction.atomic():
        lease.guard()
        remask(SYSTEM, readings=readings)
        SetAside.objects.bulk_create(aside)
        Idea.objects.bulk_create(ideas, batch_size=500)


def _analyse(lease: Lease) -> tuple[Analysis, list[int]]:
    """Embed by chunks, find themes and assign; (the engine's result, primary keys of the ideas in its
    order)."""
    run = lease.run
    params = params_of(run)
    pks, texts = texts_of(run)
    prepared, ideas, family_members = _prepared_rows(run, pks)
    if not prepared:
        raise CoreError("analysis.nothing_left", rows=len(texts))
    families = [
        Family(tuple(rows), False, name.startswith("campagne")) for name, rows in family_members.items()
    ]
    engine_ideas, copies = ideas_of(texts, prepared)
    distinct = distinct_ideas(engine_ideas, copies, families, len(texts))
    encoder, fallback = load_encoder(params.encoder)
    node_copies = [copies[i] for i in distinct.first]
    used = EncoderUsed(encoder.name if encoder else "lexical", encoder.version if encoder else "1", fallback)
    lease.write(engine_version=f"{ENGINE_VERSION} · {used.name} {used.version}"[:80])
    _embed(lease, node_copies, encoder)
    _check_corpus(run)
    cache = vectors.open_cache(run.source, encoder.version) if encoder else None
    lease.beat(RunStep.THEMES, 0, 3, force=True)
    found = vectors_of(node_copies, params, encoder, cache=cache, progress=_engine_progress(lease, 0))
    tree, nodes = discover(found, distinct, node_copies, params, _engine_progress(lease, 1))
    grounds = Grounds(
        tuple(prepared), (), tuple(families), tuple(engine_ideas), distinct, tuple(node_copies), found
    )
    analysis = conclude(
        texts, grounds, tree, nodes, params=params, encoder=used, progress=_engine_progress(lease, 2)
    )
    vectors.sweep(run.source, [embedding_text(copy) for copy in node_copies])
    return analysis, ideas


def _engine_progress(lease: Lease, part: int) -> Callable[[str, int, int], None]:
    """The engine's own progress as parts of the « themes » step (three parts), which keeps the lease
    alive."""

    def report(_step: str, done: int, total: int) -> None:
        lease.beat(RunStep.THEMES, round(100 * (part + done / max(total, 1))), 300)

    return report


def _prepared_rows(run: Run, pks: list[int]) -> tuple[list[Prepared], list[int], dict[str, list[int]]]:
    """What the preparation stored, as the engine wants it: rows are positions in the frozen list."""
    row_of = {pk: row for row, pk in enumerate(pks)}
    masks = dict(texts_read(run).values_list("pk", "masks"))
    prepared: list[Prepared] = []
    ideas: list[int] = []
    families: dict[str, list[int]] = {}
    stored = Idea.objects.filter(run=run).in_reading_order()
    for pk, contribution, start, end, family, language in stored.values_list(
        "pk", "contribution_id", "start", "end", "family", "language"
    ):
        ideas.append(pk)
        row = row_of[contribution]
        if prepared and prepared[-1].row == row:
            prepared[-1] = replace(prepared[-1], ideas=(*prepared[-1].ideas, (start, end)))
            continue
        hidden = tuple(Mask(*mask) for mask in masks[contribution])
        prepared.append(Prepared(row, language, hidden, ((start, end),)))
        if family:
            families.setdefault(family, []).append(row)
    return prepared, ideas, families


def _embed(lease: Lease, copies: list[str], encoder: Encoder | None) -> None:
    """Fill the private cache by chunks: what a killed run computed is not computed again."""
    if encoder is None:
        lease.beat(RunStep.EMBED, len(copies), len(copies), force=True)
        return
    cache = vectors.open_cache(lease.run.source, encoder.version)
    done = 0
    for chunk in chunks([embedding_text(copy) for copy in copies], EMBED_CHUNK):
        before = done

        def report(part: int, _total: int, before: int = before) -> None:
            lease.beat(RunStep.EMBED, before + part, len(copies))

        embed_texts(chunk, encoder, cache=cache, progress=report)
        done += len(chunk)


def _finish(lease: Lease) -> None:
    """The one small verb that ends a run and, where nobody's decisions are at stake, makes it current."""
    run = lease.run
    _check_corpus(run)
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=run.source_id)
        lease.guard()
        current = may_replace_current(run)
        if current:
            Run.objects.filter(source=run.source_id, is_current=True).update(is_current=False)
        lease.write(state=RunState.DONE, is_current=current, finished_at=now(), lease_until=None)
        journal.record(SYSTEM, "analysis.finish_run", run)


def _hand_back(lease: Lease) -> None:
    """Give the run back to the queue, where another worker takes it up."""
    with transaction.atomic():
        run = (
            Run.objects.select_for_update()
            .filter(pk=lease.run.pk, attempt=lease.attempt, state=RunState.RUNNING)
            .first()
        )
        if run is None:
            return
        run.state, run.lease_until = RunState.QUEUED, None
        run.save(update_fields=["state", "lease_until"])
        enqueue(run)


def _fail(lease: Lease, code: str) -> None:
    with transaction.atomic():
        try:
            lease.guard()
        except LeaseLost:
            return
        end_in_failure(lease.run, code)


def _frames(fault: Exception) -> str:
    return "".join(traceback.format_tb(fault.__traceback__))
