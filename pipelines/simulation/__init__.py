"""A simulated group with independent books: what happened, what each branch's system writes, and the truth about it.

It shares no code with the pipeline and keeps its own idea of accounting, so that its truth can convict the pipeline.
Not here: reading files, contracts, or anything that would let one mistake hide in both.
"""
