"""Reads of the plan by name, one module an aggregate.

Fed by plan.models. Feeds services, agents' and public pages.
"""
