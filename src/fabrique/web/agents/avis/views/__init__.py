"""Views of the room of opinions, one module a moment of the consultation."""
