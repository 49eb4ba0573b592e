"""What the plan lets people do, one verb a function, one module an aggregate.

Fed by agents' pages, commands and the demonstration. Feeds plan.models and the journal.
"""
