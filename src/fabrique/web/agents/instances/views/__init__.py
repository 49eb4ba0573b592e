"""Views of the room of bodies.

Fed by urls.py. Feeds templates/agents/instances/.
"""
