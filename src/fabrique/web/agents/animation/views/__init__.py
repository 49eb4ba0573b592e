"""Views of the facilitator's room, one module a screen.

Fed by requests of signed-in agents. Feeds templates/agents/animation.
"""
