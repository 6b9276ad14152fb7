"""Readers: one per format. A file becomes text tables whose every row knows where it stood.

Not here: contracts, types, meaning. A reader never decides that a value is wrong, only that a file cannot be read.
"""
