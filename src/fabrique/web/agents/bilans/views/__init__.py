"""Views of the room of reviews, evaluations and users' findings.

Fed by urls.py. Feeds templates/agents/bilans/.
"""
