"""Workbooks that go out to people and come back with decisions: one way to write them, one way to read them.

Not here: what is in them and what a decision means (whoever sends them), and branches' own files (`pipelines.sources`).
"""
