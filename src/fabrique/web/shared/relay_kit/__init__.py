"""A relay's kit: posters, flyer, visuals, letter, each with the relay's QR code.

Fed by relays (a link) and consultations (its words). Feeds the relay's page and the agents' screen.
"""

from fabrique.web.shared.relay_kit.content import Kit, kit_of
from fabrique.web.shared.relay_kit.files import BY_KEY, FAMILIES, PIECES, Piece, archive, draw, preview, words

__all__ = ["BY_KEY", "FAMILIES", "PIECES", "Kit", "Piece", "archive", "draw", "kit_of", "preview", "words"]
