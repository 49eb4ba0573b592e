"""Views of the room of analyses: runs (launch, progress, result) and review (deciding on themes).

Fed by urls.py. Feeds templates/agents/analyses/.
"""
