"""A person or a robot: a proof-of-work challenge (altcha's format), or a plain question without JavaScript.

Fed by the check page. Feeds submission, which spends each proof once. Nothing about the person is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.common.clock import now
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Refused

LIFETIME = timedelta(hours=12)
#: about 256 trials of 2,000 rounds: under a second on a computer, a few on an old telephone
ALGORITHM, ROUNDS, PREFIX = "PBKDF2/SHA-256", 2_000, "00"
_WORDS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"),
    *("neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
)


@dataclass(frozen=True)
class Proof:
    """A proof that holds: what is to be spent, and until when it would have served."""

    identifier: str
    expires_at: datetime


@dataclass(frozen=True)
class PlainQuestion:
    """A sum in words and its sealed answer."""

    wording: str
    token: str


def new_challenge() -> dict[str, Any]:
    """A signed challenge in altcha's version 2 format, for the page's script."""
    challenge = altcha.create_challenge(
        ALGORITHM, ROUNDS, key_prefix=PREFIX, expires_at=now() + LIFETIME, hmac_secret=_secret()
    )
    return challenge.to_dict()


def new_question() -> PlainQuestion:
    """« Combien font trois plus quatre ? », whose answer travels sealed."""
    left, right = secrets.randbelow(8) + 1, secrets.randbelow(8) + 1
    token = {
        "for": "proof",
        "sum": left + right,
        "id": secrets.token_hex(16),
        "until": (now() + LIFETIME).timestamp(),
    }
    wording = _("Combien font %(left)s plus %(right)s ?") % {"left": _WORDS[left], "right": _WORDS[right]}
    return PlainQuestion(wording, encrypt(json.dumps(token)))


def check_proof(*, payload: str, token: str, answer: str) -> Proof:
    """The proof of a solved challenge or, failing that, of an answered question.

    Raises Refused('proof.missing'), Refused('proof.wrong') or Refused('proof.expired').
    """
    if payload:
        return _solved(payload)
    return _answered(token, answer)


def _solved(payload: str) -> Proof:
    result = altcha.verify_solution(payload[:4_000], _secret())
    if result.expired:
        raise _expired()
    if not result.verified:
        raise Refused("proof.wrong", _("La vérification n’a pas abouti. Répondez à la question ci-dessous."))
    parameters = altcha.Payload.from_base64(payload).challenge.parameters
    until = datetime.fromtimestamp(float(parameters.expires_at or 0), tz=UTC)
    return Proof(f"{parameters.nonce}:{parameters.salt}", until)


def _answered(token: str, answer: str) -> Proof:
    try:
        expected = json.loads(decrypt(token))
    except (Undecipherable, ValueError) as altered:
        raise _expired() from altered
    if expected.get("for") != "proof":
        raise _expired()
    until = datetime.fromtimestamp(expected["until"], tz=UTC)
    if until < now():
        raise _expired()
    typed = answer.strip().casefold()
    if not typed:
        raise Refused("proof.missing", _("Répondez à cette petite question avant d’envoyer."))
    if typed not in (str(expected["sum"]), _WORDS[expected["sum"]]):
        raise Refused("proof.wrong", _("Ce n’est pas le bon résultat. Voici une autre question."))
    return Proof(expected["id"], until)


def _expired() -> Refused:
    return Refused(
        "proof.expired", _("La page est restée ouverte trop longtemps. Répondez à cette question.")
    )


def _secret() -> str:
    """A key of its own, derived from the instance's secret."""
    return hashlib.sha256(f"fabrique.proof:{settings.SECRET_KEY}".encode()).hexdigest()
