"""Drift: a delivered table that no longer looks like the one before it, and what to change in the branch's file.

Pure: shapes in, findings and proposed YAML out. Not here: which delivery came before, and what a refusal does (intake).
"""
