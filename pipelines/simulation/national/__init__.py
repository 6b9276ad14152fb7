"""One module per branch that joined later: its chart, its profile, its words.

Not here: how its system writes files (writers), and what happens in it (events, routine).
"""
