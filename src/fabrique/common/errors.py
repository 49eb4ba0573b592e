"""What a verb answers when it will not act: a code for programs, a sentence for people.

Fed by every services.py. Feeds views, which show the sentence, and tests, which check the code.
"""

from __future__ import annotations


class Refused(Exception):
    """A verb refused to act. `code` is stable; `message` is a French sentence that says what to do."""

    def __init__(self, code: str, message: object = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) or self.code


class Forbidden(Refused):
    """The actor does not hold the right; answered as 403 by the web."""
