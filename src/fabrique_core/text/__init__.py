"""What it is for: from raw texts to themes, offline and reproducible.
What feeds it: a file (read.py) or the texts of a corpus, as plain strings.
What it feeds: the command `fabrique analyse` and the jobs of fabrique.analysis.
"""
