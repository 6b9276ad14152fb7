"""Data contracts: the one place that says which columns a dataset has and what must hold for them.

Not here: how a branch's file becomes those columns (standardize), or judging rows (validation).
"""
