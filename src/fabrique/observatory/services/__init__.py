"""Verbs of the observatory.

Fed by the agents' room and the command. Feeds indicators, their versions and their values.
"""
