"""Views of the room: batches, entry, differences, quality, telephone.

Fed by fabrique.paper. Feeds templates/agents/papier/.
"""
