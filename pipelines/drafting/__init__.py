"""A first draft of a branch's configuration, guessed from one of its files; every guess is marked for checking.

Not here: taking files in (intake), and anything that a night uses: a draft counts only once it stands in a defs.yaml.
"""
