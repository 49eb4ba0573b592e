"""What it is for: telling the language of a short text among those that are plausible in a French region.
What feeds it: cleaned texts.
What it feeds: the counts by language of a run, and the choice of texts to have translated or reread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
PLAUSIBLE = ("ar", "ca", "de", "en", "es", "eu", "fr", "it", "nl", "oc", "pt", "tr")
_FEWEST_WORDS = 3
_FEWEST_WORDS_ELSEWHERE = 5
_SURE = 0.6


@lru_cache(maxsize=4)
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(languages))
    return identifier


def identify(text: str, languages: Sequence[str] = PLAUSIBLE, expected: str = "fr") -> str:
    """ISO 639-1 code of the language, or « und » under three words or where the model hesitates.

    Another language than the expected one is only told from five words on: the model takes one short French
    answer in eight for a neighbour (0.88 right on three words, measured on French, Occitan and Catalan).
    """
    words = len(text.split())
    if words < _FEWEST_WORDS:
        return UNKNOWN
    code, confidence = _identifier(tuple(sorted(languages))).classify(text[:2000])
    if code == expected:
        return expected
    if confidence < _SURE or words < _FEWEST_WORDS_ELSEWHERE:
        return UNKNOWN
    return str(code)
