"""Views of the room of written contributions.

Fed by urls.py. Feeds templates/agents/ecrits/.
"""
