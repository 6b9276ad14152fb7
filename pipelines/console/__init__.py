"""What the `tieout` command does and how it looks on a terminal, one module a command.

Not here: the command line itself (`pipelines.cli`), and anything a notebook would want (that is the library below).
"""
