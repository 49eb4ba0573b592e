"""A form sent without an account: its code and key, sealed in the page before the sending; its proof; its receipt.

Fed by the public forms of the bodies' door and of written contributions. Feeds their verbs, once only: sent again
on a poor network, the same page carries the same key, so the same code.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Refused
from fabrique.consultations.services.proofs import Proof, check_proof, new_challenge, new_question
from fabrique_core.privacy.receipts import new_receipt

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Pages of one person: never in a cache, no referrer to any other site."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        # « no-referrer » would send « Origin: null » with the forms, which CSRF protection refuses
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return wrapped


def new_seal(subject: str) -> dict[str, str]:
    """A code and an idempotency key for one sending to that subject (a public id)."""
    return {"to": subject, "code": new_receipt(secrets.token_bytes(9)), "key": secrets.token_hex(32)}


def opened_seal(request: HttpRequest, subject: str) -> dict[str, str]:
    """The code and key made with the form that was sent; anew where the seal is broken or of another subject."""
    try:
        found: dict[str, str] = json.loads(decrypt(request.POST.get("form", "")))
        if found.get("to") == subject:
            return found
    except (Undecipherable, ValueError):
        pass
    return new_seal(subject)


def checked_proof(request: HttpRequest) -> Proof:
    """The proof that a person sends: the calculation of the browser, or the small question. Raises Refused."""
    return check_proof(
        payload=request.POST.get("altcha", ""),
        token=request.POST.get("question", ""),
        answer=request.POST.get("calcul", ""),
    )


def sealed_context(seal: dict[str, str], refusal: Refused | None) -> dict[str, Any]:
    """What a page with such a form needs: the seal, a new proof to give, what was refused."""
    return {
        "sealed": encrypt(json.dumps(seal)),
        "question": new_question(),
        "challenge": json.dumps(new_challenge()),
        "refusal": refusal,
        "proof_refused": refusal is not None and refusal.code.startswith("proof."),
    }


def keep_receipt(request: HttpRequest, name: str, code: str, **more: Any) -> None:
    """The receipt waits in the session, its code encrypted, for the page that shows it."""
    request.session[name] = {"code": encrypt(code), **more}


def kept_receipt(request: HttpRequest, name: str) -> tuple[str, dict[str, Any]]:
    """(the code, what else was kept), or ('', {}) where there is none or its key is gone."""
    kept = request.session.get(name) or {}
    try:
        return decrypt(kept["code"]), kept
    except (KeyError, Undecipherable):
        return "", {}
