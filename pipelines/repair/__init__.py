"""Repair: cells of refused rows corrected by a maker and a checker, as an overlay on a file that stays as it was sent.

Not here: reading files (sources, intake), and judging rows: a repaired file is taken in like any other.
"""
