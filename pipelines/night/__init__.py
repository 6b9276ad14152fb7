"""A night: from files in the landing area to a published version, as plain steps without Dagster, dbt or pages.

Not here: reading files (intake), what lies in the lake (lake), the gate (audit), versions (publishing).
"""
