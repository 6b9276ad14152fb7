"""Closing a month for the group: certificates of branches, the checklist, what was reported, reopening.

Not here: statements and restatements themselves (dbt), and commands (console).
"""
