"""How one invented person types: capitals, lost accents, missing apostrophes, abbreviations, finger slips.

Fed by a random source and clean French; works piece by piece, so that offsets are computed on the final text.
Feeds the composer of texts; a person keeps the same voice through a whole questionnaire.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

_SLIPS = (
    ("rendez-vous", ("rdv", "rendez vous", "RDV", "rendez-vous")),
    ("médecins", ("medecins", "médecin", "médecins")),
    ("médecin", ("medecin", "médecin", "medcin")),
    ("généraliste", ("generaliste", "généraliste")),
    ("spécialiste", ("specialiste", "spécialiste", "spécialistes")),
    ("beaucoup", ("bcp", "beaucoup", "beaucoups")),
    ("parce que", ("parceque", "car")),
    (" il faut", (" faut", " il faut")),
    ("Il faut", ("faut", "Il faut", "Il faudrai")),
    ("ce n'est pas", ("c'est pas", "cest pas")),
    ("n'ai plus", ("ai plus", "n'ai plus")),
    ("personnes âgées", ("personnes agées", "personne agée", "pers. âgées")),
    ("développer", ("developper", "dévelloper")),
    ("professionnels", ("profesionnels", "professionels")),
    ("hôpital", ("hopital", "hôpitale", "hopital")),
    ("pharmacie", ("pharmacie", "pharmaçie")),
    ("l'école", ("l'ecole", "lécole")),
    ("toujours", ("tjrs", "toujours", "toujour")),
    ("aujourd'hui", ("aujourdhui", "aujourd'hui")),
    ("kilomètres", ("km", "kms")),
    ("c'est", ("c'est", "cest", "c est")),
    (" et ", (" et ", " et ", " est ")),
)
_SHORTHAND = (
    ("quelqu'un", "qqn"), ("rendez-vous", "rdv"), ("pour ", "pr "), ("dans ", "ds "), ("que ", "ke "),
    ("qui ", "ki "), ("vous", "vs"), ("c'est", "c"), ("j'ai", "g"), ("quand", "qd"), ("avec ", "ac "),
    ("beaucoup", "bcp"),
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """A way of typing; `slips` is the chance of a spelling slip a word, `typos` of a finger slip a word."""

    case: str = "normal"
    accents: bool = True
    apostrophes: str = "kept"
    slips: float = 0.0
    typos: float = 0.0
    final_stop: bool = True
    shorthand: bool = False
    curly: bool = False


_VOICES: tuple[tuple[float, Voice], ...] = (
    (38.0, Voice()),
    (8.0, Voice(curly=True)),
    (14.0, Voice(final_stop=False, slips=0.1, typos=0.004)),
    (12.0, Voice(accents=False, slips=0.2, typos=0.008)),
    (9.0, Voice(case="lower", final_stop=False, slips=0.25, typos=0.008)),
    (7.0, Voice(case="lower", accents=False, apostrophes="spaced", final_stop=False, slips=0.5, typos=0.02)),
    (5.0, Voice(accents=False, apostrophes="dropped", final_stop=False, slips=0.7, typos=0.04)),
    (4.0, Voice(case="upper", accents=False)),
    (1.5, Voice(case="upper", slips=0.2)),
    (1.5, Voice(case="lower", accents=False, shorthand=True, final_stop=False, slips=0.4, typos=0.01)),
)


def draw_voice(rng: Random, tags: frozenset[str]) -> Voice:
    """The voice of a person; shorthand is for the young."""
    if "teen" in tags and rng.random() < 0.3:
        return _VOICES[-1][1]
    voices = [(weight, voice) for weight, voice in _VOICES if not voice.shorthand or "young" in tags]
    return rng.choices([voice for _, voice in voices], [weight for weight, _ in voices])[0]


def strip_accents(text: str) -> str:
    """The text without accents; ligatures are opened as people type them."""
    opened = text.replace("œ", "oe").replace("Œ", "Oe").replace("€", "euros")
    decomposed = unicodedata.normalize("NFD", opened)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def apply_voice(rng: Random, voice: Voice, text: str) -> str:
    """The same words as this person types them. Never empty when the text is not; no digit is changed."""
    for word, wrongs in _SLIPS if voice.slips else ():
        if word in text and rng.random() < voice.slips:
            text = text.replace(word, rng.choice(wrongs))
    for word, short in _SHORTHAND if voice.shorthand else ():
        text = re.sub(rf"\b{word}", short, text)
    if voice.typos:
        text = _finger_slips(rng, voice.typos, text)
    if not voice.accents:
        text = strip_accents(text)
    if voice.apostrophes == "spaced":
        text = text.replace("'", " ")
    elif voice.apostrophes == "dropped":
        text = text.replace("'", "")
    elif voice.curly:
        text = text.replace("'", "’")
    if voice.case == "lower":
        return text.lower()
    return text.upper() if voice.case == "upper" else text


def _finger_slips(rng: Random, chance: float, text: str) -> str:
    return re.sub(r"[^\W\d_]{4,}", lambda m: _slip(rng, m[0]) if rng.random() < chance else m[0], text)


def _slip(rng: Random, word: str) -> str:
    """One letter doubled, lost or swapped with the next, never the first."""
    at = rng.randrange(1, len(word) - 1)
    way = rng.randrange(3)
    if way == 0:
        return word[:at] + word[at] + word[at:]
    if way == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
