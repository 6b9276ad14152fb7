"""One writer per kind of system: what a branch's program would write about its month.

Not here: what happened, and what must become of it.
"""
