"""What it is for: a comparable copy of a text, and the answers that say nothing put apart.
What feeds it: the raw strings of read.py or of a corpus.
What it feeds: language, duplicates, embed and describe; never the quotes, which stay raw substrings.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

import ftfy

EMPTY = "empty"
NO_WORD = "no_word"
NON_ANSWER = "non_answer"

_SPACES = re.compile(r"\s+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_MOJIBAKE_HINT = re.compile(r"[ÃÂâ€Å][\x80-\xbf\u0080-\u00ff\u2010-\u203a\u20ac\u2122]|&[a-z]{2,8};|&#\d+;")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "‘": "'"})

# Whole answers, folded (lower case, no accents, letters only), that carry no opinion on any subject.
_NON_ANSWERS = frozenset(
    """
    ras|r a s|rien|rien a dire|rien a signaler|rien a ajouter|rien de particulier|rien de special|rien du tout
    |rien a declarer|je n ai rien a dire|je n ai rien a ajouter|je n ai rien a signaler|rien d autre|rien de
    plus
    |neant|non|oui|aucun|aucune|aucun avis|aucune idee|aucune reponse|aucun commentaire|aucune remarque
    |aucune suggestion|aucune proposition|aucun probleme|aucune difficulte|pas d avis|sans avis|sans opinion
    |sans reponse|sans objet|sans commentaire|sans commentaires|pas de commentaire|pas de commentaires
    |pas de reponse|pas de remarque|pas de remarques|pas d opinion|pas d idee|pas d idees|pas de suggestion
    |pas de proposition|pas de probleme|pas concerne|pas concernee|non concerne|non concernee|je ne suis pas
    concerne
    |je ne suis pas concernee|ne me concerne pas|je sais pas|je ne sais pas|j sais pas|jsp|ne sais pas|sais
    pas
    |ne sait pas|nsp|nspp|ne se prononce pas|ne souhaite pas repondre|je ne souhaite pas repondre|pas de
    reponses
    |je ne me prononce pas|je n ai pas d avis|je n ai pas d opinion|je n ai pas d idee|je n ai pas d idees
    |je n ai pas de reponse|je n en sais rien|j en sais rien|aucune opinion|n a|na|nc|so|s
    o|nr|x|xx|xxx|xxxx|test
    |idem|voir ci dessus|cf ci dessus|deja dit|deja repondu|pas encore|autre|autres|bof|ok|o
    k|merci|vide|nul|null|none
    |nan|ne pas repondre|ne repond pas|no comment|nothing|res|no res|pas reellement|je ne vois pas|je ne vois
    rien
    |pas a ma connaissance|aucun en particulier|aucune en particulier|rien en particulier|non merci|non rien
    |pas que je sache|sin opinion|nada|ninguno|ninguna|pas de particularite|je passe|joker
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def clean(text: str) -> str:
    """The comparable copy of a text: NFC, mojibake mended, control characters out, single spaces, ends
    trimmed.

    Offsets are lost here on purpose: whoever needs a quote slices the raw text instead.
    Lone surrogates become U+FFFD, so that the copy can always be encoded in UTF-8.
    """
    mended = _SURROGATES.sub("\ufffd", text)
    if _MOJIBAKE_HINT.search(mended):
        mended = ftfy.fix_text(mended)
    mended = unicodedata.normalize("NFC", mended).replace("’", "'")
    return _SPACES.sub(" ", _CONTROLS.sub(" ", mended)).strip()


def strip_accents(text: str) -> str:
    """Lower case without accents nor ligatures: « Médecin » and « MEDECIN » are the same key."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LIGATURES).lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Letters and digits of the Latin alphabet only, single spaces; other scripts keep their letters."""
    bare = strip_accents(clean(text))
    if bare.isascii():
        return _NOT_LETTERS.sub(" ", bare).strip()
    return _SPACES.sub(" ", "".join(c if c.isalnum() else " " for c in bare)).strip()


def text_key(text: str) -> str:
    """SHA-256 (hex) of the folded text: two texts share it when they differ by case, accents or punctuation
    only."""
    return hashlib.sha256(fold(text).encode("utf-8", "replace")).hexdigest()


@cache
def non_answers() -> frozenset[str]:
    """The folded whole answers that are set aside as saying nothing."""
    return frozenset(answer.strip() for answer in _NON_ANSWERS)


def reason_to_set_aside(text: str | None) -> str | None:
    """Why an answer holds nothing to analyse: « empty », « no_word », « non_answer », or None when it is
    kept."""
    if text is None or not text.strip():
        return EMPTY
    folded = fold(text)
    if not any(c.isalpha() for c in folded) or len(folded) < 2:
        return NO_WORD
    if folded in non_answers():
        return NON_ANSWER
    return None
