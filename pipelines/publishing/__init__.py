"""From a finished candidate to the file that everyone reads: versions, the link, and what is set aside.

Not here: what a candidate holds (dbt), whether it may be published (audit, night).
"""
