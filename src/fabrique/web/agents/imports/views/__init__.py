"""Views of the room of imports: sending a file, following what becomes of it, its report.

Fed by imports.services. Feeds templates/agents/imports/.
"""
