"""The file of a plan: what it may say, how it is read, checked, compared and written. Pure: no database.

Fed by YAML files and CSV tables. Feeds plan.services.loading, exporting and nomenclature, and the agents' pages.
"""
