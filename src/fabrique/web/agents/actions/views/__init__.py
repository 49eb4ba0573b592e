"""Screens of the plan's leads: their list, a sheet, the quick update, its editing, the tables.

Fed by plan's reads and verbs. Feeds agents/actions/urls.py.
"""
