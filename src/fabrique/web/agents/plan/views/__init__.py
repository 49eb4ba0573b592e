"""Views of the room agents/plan: list, tree, nodes, life, files.

Fed by the room's forms and reads. Feeds its templates.
"""
