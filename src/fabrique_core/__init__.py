"""fabrique_core: the pure library behind Fabrique, usable alone in a notebook.
Fed with texts, counts and random bytes handed over by the caller: no Django, no network, no clock.
Feeds the figures, redactions and receipts of the ``fabrique`` applications.
"""
