"""Judges standardized rows against their contract: good rows, refused rows with every reason, findings.

Not here: reading files, parsing values (standardize), comparing deliveries with one another (lake, dbt).
"""
