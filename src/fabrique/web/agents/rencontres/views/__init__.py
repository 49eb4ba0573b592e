"""Screens of the organisers: programmes, meetings, registrations, attendance, press.

Fed by meetings.services. Feeds agents/rencontres/urls.py.
"""
