"""Typed errors of the pure library.
Fed by every module of ``fabrique_core`` that refuses an input.
Feeds ``fabrique.cli`` and ``fabrique.web``, which turn the code into a French sentence.
"""

from __future__ import annotations


class CoreError(Exception):
    """A refusal with a stable code and the values that explain it.

    ``code`` is ``domain.reason`` (for instance ``receipt.check``); ``params`` holds plain values only,
    never a person's text: an error travels to logs.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = dict(params)

    def __str__(self) -> str:
        if not self.params:
            return self.code
        details = ", ".join(f"{name}={value!r}" for name, value in sorted(self.params.items()))
        return f"{self.code} ({details})"

    def __reduce__(self) -> tuple[object, ...]:
        # An exception with keyword-only values does not survive pickling by default (worker processes).
        return (_rebuild, (self.code, self.params))


def _rebuild(code: str, params: dict[str, object]) -> CoreError:
    return CoreError(code, **params)
