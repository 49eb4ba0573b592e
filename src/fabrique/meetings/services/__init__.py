"""Write verbs of meetings, one module a subject.

Fed by pages, commands and jobs. Feeds programmes, meetings, registrations, minutes and press documents.
"""
