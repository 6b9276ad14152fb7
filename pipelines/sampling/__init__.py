"""Samples for auditors: drawn from the published version by a fixed seed, with a sheet of evidence for each item.

Not here: audit tests of whole populations (dbt's schema `auditing`), and what can be typed (`pipelines.console`).
"""
